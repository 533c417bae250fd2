// node compiled-code.mjs FILE REHEARSAL: runs the bundled script FILE.js as the rehearsal does and keeps the code that V8 compiled
// for it in FILE.code, for packages/cli/src/start.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const [name = '', rehearsal = ''] = process.argv.slice(2);
const { default: rehearse } = await import(pathToFileURL(rehearsal).href);
const file = `${name}.js`;
const text = readFileSync(file, 'latin1');
const script = new Script(text, { filename: file });
const module = { exports: {} };
await rehearse(() => {
  script.runInThisContext()(module, createRequire(import.meta.url), pathToFileURL(file).href);
  return module.exports.run;
});
process.exitCode = 0;

// Functions that have been run at least once are kept.
const code = script.createCachedData();
const again = new Script(text, { filename: file, cachedData: code });
if (again.cachedDataRejected) throw new Error('the compiled code is not taken by the V8 that made it');
writeFileSync(`${name}.code`, code);
