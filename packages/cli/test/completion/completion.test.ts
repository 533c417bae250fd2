// The scripts that teach shells our programs: asked in the shells themselves where they are.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { commandShapes } from '../../src/completion/commands.ts';
import { completionScript } from '../../src/completion/main.ts';
import { ownCommands } from '../../src/vipward.ts';

const own = ownCommands(() => {});
const script = (shell: string): string => completionScript(shell, own) ?? '';
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

const run = (shell: string, args: readonly string[], input: string): string => {
  const { stdout, stderr, status } = spawnSync(shell, args, { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
};

/** What bash proposes for the last of the words. */
const bash = (...words: readonly string[]): readonly string[] => {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _vipward; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', ['--norc'], `${script('bash')}\n${ask}\n`)
    .split('\n')
    .filter(Boolean);
};

describe('the shapes of commands', () => {
  const shapes = commandShapes(own);
  const shape = (context: string) => shapes.find((one) => one.context === context);

  test('have every command and program', () => {
    expect(shape('vipward')?.commands.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['check', 'config', 'lsp', 'completion', 'keepalived', 'ipvsadm', 'realserver']),
    );
    expect(shape('vipward config schema')).toBeDefined();
    expect(shape('vipward realserver')?.argument).toEqual({ kind: 'words', words: ['up', 'down', 'status'] });
  });

  test('have the options of both originals under both ways to call them', () => {
    for (const context of ['keepalived', 'vipward keepalived'])
      expect(shape(context)?.options.map(({ names }) => names)).toContainEqual(['-f', '--use-file']);
    for (const context of ['ipvsadm', 'vipward ipvsadm'])
      expect(shape(context)?.options.map(({ names }) => names)).toContainEqual(['-L', '-l', '--list']);
  });

  test('describe options with the words of the help', () => {
    expect(shape('ipvsadm')?.options.find(({ names }) => names.includes('--tun-port'))?.help).toBe(
      'port of a gue tunnel',
    );
    for (const { options } of shapes) for (const { help } of options) expect(help).toMatch(/^[^\n]+$/);
  });
});

describe('bash completion', () => {
  test('proposes commands, programs and options', () => {
    expect(bash('vipward', 'c')).toEqual(expect.arrayContaining(['check', 'config', 'completion']));
    expect(bash('vipward', 'check', '--')).toEqual(expect.arrayContaining(['--json', '--strict', '--config-id']));
    expect(bash('/usr/sbin/keepalived', '--config-')).toEqual(['--config-id', '--config-test']);
    expect(bash('vipward', 'ipvsadm', '--real')).toEqual(['--real-server']);
  });

  test('proposes the values of the option before the cursor', () => {
    expect(bash('ipvsadm', '-A', '-t', '10.0.0.1:80', '-s', 'w')).toEqual(['wrr', 'wlc']);
    expect(bash('vipward', 'keepalived', '--signum', 'STATS')).toEqual(['STATS', 'STATS_CLEAR']);
    expect(bash('vipward', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(bash('vipward', 'check', '/etc/host')).toContain('/etc/hosts');
  });
});

describe('the scripts of the other shells', () => {
  test('zsh completes our programs, and the script has no mistake of syntax', () => {
    const text = script('zsh');
    expect(text).toMatch(/^#compdef vipward keepalived ipvsadm\n/);
    expect(text).toContain("'--tun-port:port of a gue tunnel'");
    if (!has('zsh')) return;
    expect(run('zsh', ['-f', '-n'], text)).toBe('');
    // The completion system itself needs a terminal: its functions print here what they are given.
    const stubs = 'compdef() {}; _describe() { print -l -- $entries }; compadd() { shift; print -l -- $@ }';
    const asked = (...typed: readonly string[]): readonly string[] => {
      const words = typed.map((word) => `'${word}'`).join(' ');
      const ask = `${stubs}\n${text}\nwords=(${words}); CURRENT=${typed.length}; _vipward\n`;
      return run('zsh', ['-f'], ask).split('\n').filter(Boolean);
    };
    expect(asked('/usr/sbin/ipvsadm', '-A', '-s', '')).toContain('wlc');
    expect(asked('vipward', 'config', '')).toContain('schema:print the JSON schema of a resolved configuration');
    expect(asked('vipward', 'check', '--j')).toContain('--json:print one JSON object for tools');
  });

  test('fish completes our programs, and proposes what bash does', () => {
    const text = script('fish');
    expect(text).toContain("complete -c ipvsadm -n '__vipward_at \\'ipvsadm\\'' -s s -l scheduler -x -a 'rr wrr");
    if (!has('fish')) return;
    const ask = `${text}\ncomplete -C 'vipward keepalived --signum STATS'\n`;
    const words = run('fish', ['--no-config', '-c', ask], '')
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(words.filter(Boolean)).toEqual(['STATS', 'STATS_CLEAR']);
  });
});
