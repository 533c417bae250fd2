// The executable's entry. What runs often or briefly is a script whose compiled code lies beside it; `main` does the rest.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { describeFault } from './fault.ts';

/**
 * What a script exports as `run`. `program` is the command, or the name that vipward was called by where that is one
 * (keepalived, ipvsadm, genhash, worker); `words` come after it. Undefined, before anything is done, leaves the run to `main`.
 */
export type RunScript = (calledAs: string, program: string, words: readonly string[]) => Promise<number> | undefined;

/** The files of the scripts, by their names in scripts/lib/compiled-scripts.mjs; set by the bundler. */
declare const SCRIPTS: Readonly<Record<'checking' | 'ipvsadm' | 'supervisor', string>>;

const [calledAs = 'vipward', ...args] = process.argv.slice(2);
const isProgram = /^(?:keepalived|ipvsadm|genhash|worker)$/.test(calledAs);
const [program = '', ...words] = isProgram ? [calledAs, ...args] : args;

const scriptName = (): keyof typeof SCRIPTS | undefined => {
  switch (program) {
    case 'ipvsadm':
      return 'ipvsadm';
    case 'check':
      return 'checking';
    case 'keepalived':
      // -t may stand among other short options; what looks like it by mistake is found out by the script.
      return words.some((word) => /^-[^-]*t|^--conf/.test(word)) ? 'checking' : 'supervisor';
    default:
      return undefined;
  }
};

// Compiling a function when it is first called is half of a short run. Node's own compile cache holds a module as it was before
// its first run; this one, made after a run at build time, holds the functions that a run needs.
const load = (name: keyof typeof SCRIPTS): RunScript | undefined => {
  const file = `${__dirname}/${SCRIPTS[name]}`;
  const script = new Script(readFileSync(`${file}.js`, 'latin1'), {
    filename: `${file}.js`,
    cachedData: readIfThere(`${file}.code`),
  });
  const module: { exports: { run?: RunScript } } = { exports: {} };
  const define: (into: typeof module, require: NodeJS.Require, here: string) => void = script.runInThisContext();
  define(module, require, pathToFileURL(`${file}.js`).href);
  return module.exports.run;
};

// Without it, or when it belongs to another version of Node, the script is compiled as it runs.
const readIfThere = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

const run = async (): Promise<void> => {
  const name = scriptName();
  const status = name === undefined ? undefined : load(name)?.(calledAs, program, words);
  if (status === undefined) await import(pathToFileURL(`${__dirname}/main.mjs`).href);
  // All of it is written at once. To end by itself Node would give back its memory page by page, as the system does anyway.
  else if (name === 'ipvsadm') process.exit(await status);
  else process.exitCode = await status;
};

run().catch((error: unknown) => {
  process.stderr.write(describeFault(error));
  process.exitCode = 1;
});
