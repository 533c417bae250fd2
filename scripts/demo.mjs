// `npm run demo`: sets everything up, boots the lab, and shows a whole LVS at work.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (script, args = []) => {
  const { status, signal } = spawnSync(process.execPath, [join(root, 'scripts', script), ...args], {
    stdio: 'inherit',
    env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 130));
};

run('setup.mjs');
process.stdout.write(
  '\nBooting the lab: a Linux kernel with IPVS, as a process of its own. The demo takes about a minute.\n',
);
run('lab.mjs', ['--mem', '2G', '--timeout', '400', '--', 'node', '--no-warnings', 'e2e/demo/main.ts']);
process.stdout.write('\nNext: README.md, "First use on a director".\n');
