// A command line that makes no sense: every command names itself, its help and a code.
import { afterEach, expect, jest, test } from '@jest/globals';
import { main } from '../src/vipward.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const refused = async (...words: readonly string[]) => {
  let error = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += String(text);
    return true;
  });
  return { status: await main(words), error };
};

test.each([
  [['nonsense'], "vipward: unknown command 'nonsense'; `vipward --help`"],
  [['chekc'], "vipward: unknown command 'chekc' (Did you mean check?); `vipward --help`"],
  [['help', 'nope'], "vipward: unknown command 'nope'; `vipward --help`"],
  [['help', 'ipvs', 'nope'], "vipward ipvs: unknown command 'nope'; `vipward ipvs --help`"],
  [['config', 'help', 'nope'], "vipward config: unknown command 'nope'; `vipward config --help`"],
  [['check'], "vipward check: missing required argument 'file'; `vipward check --help`"],
  [['config', 'show', '--bogus', 'x'], "vipward config show: unknown option '--bogus'; `vipward config show --help`"],
  [['ipvs', 'save'], "vipward ipvs save: required option '--json' not specified; `vipward ipvs save --help`"],
  [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish; `vipward completion --help`'],
])('%j ends with 2 and one line', async (words, text) => {
  const { status, error } = await refused(...words);
  expect(status).toBe(2);
  expect(error).toContain(`${text} lists what there is [COMMAND_USAGE]\n`);
  expect(error.split('\n')).toHaveLength(2);
});

test.each([
  [['help', 'check'], 'Usage: vipward check [options] <file>'],
  [['help', 'config', 'fmt'], 'Usage: vipward config fmt [options] <file>'],
  [['ipvs', 'help', 'save'], 'Usage: vipward ipvs save [options]'],
  [['help'], 'Usage: vipward [options] [command]'],
])('%j shows the help of what it names', async (words, usage) => {
  let shown = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  expect(await main(words)).toBe(0);
  expect(shown.split('\n')[0]).toBe(usage);
});
