// The whole set-up: npm packages, Debian packages, the native addon, the bundle and the lab. Each step only when it is due.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, prepareLab, runInLab } from '../../packages/testkit/src/lab/boot.mjs';
import { shimIsNeeded } from '../../packages/testkit/src/lab/shim.mjs';
import { installPackages, missingPackages, wantedPackages } from './debian.mjs';
import { buildDir, projectNode, root, toolEnvironment } from './place.mjs';
import { digestFiles, filesBelow, isFresh, packageFolders, setStamp } from './stamp.mjs';
import { PlainError, runLogged, step } from './step.mjs';

const PNPM = 'pnpm@12.21.0';

/**
 * Does what is due and tells about it; silent and quick when nothing is.
 * @returns {Promise<{ warnings: string[] }>} what is missing without stopping everything, a line each
 */
export async function setup() {
  checkMachine();
  const release = await lock();
  try {
    await installWorkspace();
    const warnings = await installDebian();
    await buildAddon();
    await buildBundle();
    return { warnings: [...warnings, ...(await bootLab())] };
  } finally {
    release();
  }
}

function checkMachine() {
  if (process.platform !== 'linux') throw new PlainError(`vipward is for Linux, this is ${process.platform}`);
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 18) throw new PlainError(`the set-up needs Node 18 or later, this is ${process.version}`);
  if (!['x64', 'arm64'].includes(process.arch)) {
    throw new PlainError(`there is a Node 24 package for x64 and arm64 only, this is ${process.arch}`);
  }
}

async function installWorkspace() {
  const manifests = [
    'package.json',
    'e2e/package.json',
    ...packageFolders().map((folder) => join(folder, 'package.json')),
  ];
  const digest = digestFiles(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]);
  if (isFresh('install', digest) && existsSync(join(root, 'node_modules/.pnpm'))) return;
  await step('npm packages', () =>
    runLogged('install', 'npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], {
      // pnpm asks before it replaces a node_modules that it did not make, unless it is told that nobody can answer.
      env: { ...process.env, CI: '1' },
    }),
  );
  setStamp('install', digest);
}

async function installDebian() {
  const needsCompiler = !hasCompiler() && (shimIsNeeded() || spawnAddonBuild().status !== 0);
  const missing = missingPackages(wantedPackages(needsCompiler));
  if (missing === undefined) {
    return [
      `this is not Debian: the tests use ${wantedPackages(needsCompiler).join(', ')}, however they are installed here`,
    ];
  }
  if (missing.length === 0) return [];
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid() !== 0) {
    if (needsCompiler && !shimIsNeeded())
      throw new PlainError(`no C compiler for the sockets addon: as root, ${command}`);
    return [`some tests need packages that only root can install: ${command}`];
  }
  await step(`Debian packages ${missing.join(' ')}`, () => installPackages(missing));
  return [];
}

const hasCompiler = () => spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;
const addonScript = 'packages/sockets/scripts/build.mjs';
const spawnAddonBuild = () =>
  spawnSync(projectNode(), [addonScript], { cwd: root, stdio: 'ignore', env: toolEnvironment() });

async function buildAddon() {
  const binary = `packages/sockets/prebuilds/linux-${process.arch}/sockets.node`;
  const digest = () => digestFiles([...filesBelow(['packages/sockets/native']), addonScript, binary]);
  if (isFresh('addon', digest())) return;
  await step('native addon', () => runLogged('addon', projectNode(), [addonScript], { env: toolEnvironment() }));
  setStamp('addon', digest());
}

async function buildBundle() {
  const sources = filesBelow(packageFolders().map((folder) => join(folder, 'src')));
  const manifests = packageFolders().map((folder) => join(folder, 'package.json'));
  const tools = ['scripts/build.mjs', ...filesBelow(['scripts/lib']), 'packages/cli/bin/vipward', 'pnpm-lock.yaml'];
  const digest = digestFiles([...tools, ...manifests, ...sources]);
  if (isFresh('bundle', digest) && existsSync(join(root, 'packages/cli/dist'))) return;
  await step('bundle', () => runLogged('bundle', projectNode(), ['scripts/build.mjs'], { env: toolEnvironment() }));
  setStamp('bundle', digest);
}

/** Boots the guest once, so that a machine on which it cannot run says so here. */
async function bootLab() {
  let lab;
  try {
    lab = prepareLab();
  } catch (error) {
    if (error instanceof LabError) return [`no lab: ${error.message}`];
    throw error;
  }
  const digest = digestFiles(
    filesBelow(['packages/testkit/src/lab', 'packages/testkit/native']),
    `${lab.kernel.path} ${lab.kernel.version} ${statSync(lab.kernel.path).mtimeMs} ${bootId()}`,
  );
  if (isFresh('lab', digest)) return [];
  try {
    await step(`lab kernel ${lab.kernel.version}`, async () => {
      const errors = [];
      const keep = (bytes) => errors.push(bytes.toString());
      const { code } = await runInLab(['cat', '/proc/net/ip_vs'], { timeout: 120, onOut: () => {}, onErr: keep });
      if (code !== 0)
        throw new LabError(`its IPVS does not answer (${code}): ${errors.join('').trim().split('\n').at(-1)}`);
    });
  } catch (error) {
    if (error instanceof LabError) return [`no lab: ${error.message}`];
    throw error;
  }
  setStamp('lab', digest);
  return [];
}

// Another boot may be another machine with another processor.
const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Only one set-up at a time; a second one waits. The lock of a process that is gone does not count. */
async function lock() {
  const file = join(buildDir, 'setup.lock');
  mkdirSync(buildDir, { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code === 'EACCES')
        throw new PlainError(`${relative(root, buildDir)} belongs to another user: remove it or run as that user`);
      if (error.code !== 'EEXIST') throw error;
      if (!holderIsAlive(file)) rmSync(file, { force: true });
      else if (waited === 0) console.log('another set-up is running here, waiting for it ...');
      await sleep(200);
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  return release;
}

function holderIsAlive(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return pid > 0;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
