// Fetches the guest kernel of another Debian suite for the lab and prints its path: LAB_KERNEL=$(node scripts/lab-kernel.mjs forky)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir } from './lib/place.mjs';

const usage = `usage: node scripts/lab-kernel.mjs SUITE
Fetches user-mode-linux of a Debian suite (trixie, forky, sid) and the C library it needs, by apt, from where this machine has
its packages; nothing is installed. Prints the path of the kernel, for LAB_KERNEL. Needs patchelf and, the first time, the network.`;

const [suite = '', ...more] = process.argv.slice(2);
if (!/^[a-z]+$/.test(suite) || more.length > 0) {
  console.error(usage);
  process.exit(2);
}
const folder = join(buildDir, 'lab/kernels', suite);
const kernel = join(folder, 'usr/bin/linux.uml');
if (!existsSync(kernel)) fetchKernel();
process.stdout.write(`${kernel}\n`);

function fetchKernel() {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  for (const part of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(fresh, 'apt', part), { recursive: true });
  const sources = join(fresh, 'apt/sources.list');
  writeFileSync(sources, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror()} ${suite} main\n`);
  // A state of its own: the packages that this machine knows of stay as they are.
  const places = [
    `Dir::State::lists=${fresh}/apt/lists`,
    `Dir::Cache=${fresh}/apt/cache`,
    `Dir::Etc::sourcelist=${sources}`,
  ];
  const settings = [...places, 'Dir::Etc::sourceparts=-', 'APT::Sandbox::User=root'].flatMap((setting) => [
    '-o',
    setting,
  ]);
  run('apt-get', [...settings, '-qq', 'update']);
  run('apt-get', [...settings, '-qq', 'download', 'user-mode-linux', 'libc6'], fresh);
  for (const name of readdirSync(fresh).filter((file) => file.endsWith('.deb')))
    run('dpkg-deb', ['-x', name, '.'], fresh);
  rmSync(join(fresh, 'apt'), { recursive: true });
  // It is a program of that suite: its own loader and library, wherever the folder lies then.
  const library = join(folder, 'usr/lib/x86_64-linux-gnu');
  const loader = ['--set-interpreter', join(library, 'ld-linux-x86-64.so.2'), '--set-rpath', library];
  run('patchelf', [...loader, join(fresh, 'usr/bin/linux.uml')]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** Where this machine's own Debian packages come from. */
function mirror() {
  const uris = run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian']);
  const [uri] = uris.split('\n').filter((line) => line !== '' && !line.includes('security'));
  return uri ?? fail('apt knows no Debian packages on this machine');
}

function run(command, words, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (error !== undefined)
    fail(`${command}: ${error.code === 'ENOENT' ? `not found: apt-get install ${command}` : error.message}`);
  if (status !== 0) fail(`${command} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}

function fail(why) {
  rmSync(`${folder}.new`, { recursive: true, force: true });
  console.error(`lab-kernel: ${why}`);
  process.exit(1);
}
