// `npm run fuzz [CASES [SEED]]`: texts of all kinds against the configuration reader (200,000 unless said otherwise), packets
// against VRRP (1,000,000), and schedules of three virtual routers on a bad network (a hundredth of that).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const own = join(root, `node_modules/node-linux-${process.arch}/bin/node`);
for (const what of ['packages/config/test/fuzz/run.ts', 'packages/vrrp/test/fuzz/run.ts']) {
  const run = spawnSync(
    existsSync(own) ? own : process.execPath,
    // A heap that cannot grow: what makes a decoder take more memory without end fails at once.
    ['--no-warnings', '--max-old-space-size=512', '--expose-gc', join(root, what), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  if (run.status !== 0) process.exit(run.status ?? 1);
}
