// keepalived's command line: short, long, joined, glued, cut long names, and what is refused.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { optionTable } from '../../src/command/option-table.ts';
import { type DaemonOptions, parseDaemonCommand } from '../../src/command/options.ts';
import { helpText } from '../../src/command/usage.ts';

const optionsOf = (...words: string[]): DaemonOptions => {
  const command = parseDaemonCommand(words);
  if (command.kind !== 'run' && command.kind !== 'test') throw new Error(`refused: ${JSON.stringify(command)}`);
  return command.options;
};

describe('the daemon command line', () => {
  test('without options everything runs from the default file in the background', () => {
    expect(optionsOf()).toMatchObject({
      file: '/etc/keepalived/keepalived.conf',
      dontFork: false,
      runVrrp: true,
      runChecker: true,
      pidFile: '/run/keepalived.pid',
      vrrpPidFile: '/run/vrrp.pid',
      checkerPidFile: '/run/checkers.pid',
      bfdPidFile: '/run/bfd.pid',
    });
  });

  test('short options may be joined and take glued or separate values', () => {
    expect(optionsOf('-nlDf/a.conf')).toMatchObject({
      dontFork: true,
      logConsole: true,
      logDetail: 1,
      file: '/a.conf',
    });
    expect(optionsOf('-n', '-f', '/b.conf', '-p', '/p')).toMatchObject({ file: '/b.conf', pidFile: '/p' });
  });

  test('long names take = or the next word and may be cut while unambiguous', () => {
    expect(optionsOf('--use-file=/c.conf', '--dont-f')).toMatchObject({ file: '/c.conf', dontFork: true });
    expect(optionsOf('--vrrp_pid', '/v', '--checkers_pid=/c')).toMatchObject({
      vrrpPidFile: '/v',
      checkerPidFile: '/c',
    });
  });

  test('--vrrp is a whole name though --vrrp_pid begins with it', () => {
    expect(optionsOf('--vrrp')).toMatchObject({ runChecker: false, runVrrp: true });
  });

  test('-P and -C switch the other worker off and --all undoes them', () => {
    expect(optionsOf('-P')).toMatchObject({ runVrrp: true, runChecker: false });
    expect(optionsOf('-C')).toMatchObject({ runVrrp: false, runChecker: true });
    expect(optionsOf('-P', '--all')).toMatchObject({ runVrrp: true, runChecker: true });
    expect(optionsOf('-B', '-b', '/b')).toMatchObject({ runVrrp: true, runBfd: false, bfdPidFile: '/b' });
    expect(optionsOf('--no_bfd', '--all')).toMatchObject({ runBfd: true });
  });

  test('-t takes its file only glued and other words are unexpected arguments', () => {
    expect(parseDaemonCommand(['-t', 'x'])).toMatchObject({ kind: 'test', output: undefined, unexpected: ['x'] });
    expect(parseDaemonCommand(['-t/tmp/log', '-f', 'x.conf'])).toMatchObject({ kind: 'test', output: '/tmp/log' });
  });

  test.each([
    [['-?'], 'Unknown option -?'],
    [['--bogus'], 'Unknown option --bogus'],
    [['--dont'], 'Unknown option --dont'],
    [['-f'], 'Missing parameter for option -f'],
    [['--use-file='], 'Missing parameter for option --use-file'],
  ])('%j is refused', (words, message) => {
    expect(parseDaemonCommand(words)).toEqual({ kind: 'refused', message });
  });

  test('options without a feature behind them are kept to be said at start', () => {
    expect(optionsOf('-a', '-m').withoutEffect).toEqual(['-a', '-m']);
    expect(optionsOf('--umask=077')).toMatchObject({ umask: '077', withoutEffect: [] });
  });

  test('no words make the parser throw', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 8 })), (words) => void parseDaemonCommand(words)));
  });

  test('the help names every option once', () => {
    const help = helpText('vipward keepalived');
    for (const { long } of optionTable.filter((o) => o.help !== undefined)) {
      expect(help.match(new RegExp(`--${long}(?![-\\w])`, 'g'))).toHaveLength(1);
    }
  });
});
