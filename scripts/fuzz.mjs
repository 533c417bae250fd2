// `npm run fuzz [CASES [SEED]]`: texts of all kinds against the configuration reader, 200,000 unless said otherwise.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const own = join(root, `node_modules/node-linux-${process.arch}/bin/node`);
// A heap that cannot grow: a text that makes the reader take more memory without end fails at once.
const run = spawnSync(
  existsSync(own) ? own : process.execPath,
  [
    '--no-warnings',
    '--max-old-space-size=512',
    join(root, 'packages/config/test/fuzz/run.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
