// The executable's entry. What only reads a configuration runs as one script whose compiled code lies beside it; `main` does the rest.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import type { checking } from './checking.ts';
import { describeFault } from './fault.ts';

/** Name of the script, with a digest of its text, so that no other script's code is ever taken for its own; set by the bundler. */
declare const CHECKING: string;

const [calledAs = 'vipward', ...words] = process.argv.slice(2);

// Compiling a function when it is first called is half of a short run. Node's own compile cache holds a module as it was before
// its first run; this one, made after a run at build time, holds the functions that a run needs.
const readOnly = (): Promise<number> | undefined => {
  const file = `${__dirname}/${CHECKING}`;
  const script = new Script(readFileSync(`${file}.js`, 'latin1'), {
    filename: `${file}.js`,
    cachedData: readIfThere(`${file}.code`),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module: { exports: { checking?: typeof checking } } = { exports: {} };
  const load: (into: typeof module, require: NodeJS.Require, here: string) => void = script.runInThisContext();
  load(module, require, pathToFileURL(`${file}.js`).href);
  return module.exports.checking?.(calledAs, words);
};

// Without it, or when it belongs to another version of Node, the script is compiled as it runs.
const readIfThere = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

// -t may stand among other short options; what looks like it by mistake is found out by `checking`.
const mayOnlyRead = (): boolean => {
  const [first = '', ...rest] = calledAs === 'keepalived' ? ['keepalived', ...words] : words;
  return first === 'check' || (first === 'keepalived' && rest.some((word) => /^-[^-]*t|^--conf/.test(word)));
};

const run = async (): Promise<void> => {
  const status = mayOnlyRead() ? readOnly() : undefined;
  if (status === undefined) await import(pathToFileURL(`${__dirname}/main.mjs`).href);
  else process.exitCode = await status;
};

run().catch((error: unknown) => {
  process.stderr.write(describeFault(error));
  process.exitCode = 1;
});
