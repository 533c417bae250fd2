// Bundles the executable: packages/cli/dist/main.mjs with a chunk for every command that is loaded only when asked for, and before
// it start.cjs, which has the programs of lib/compiled-scripts.mjs as a script each with its compiled code.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledScripts } from './lib/compiled-scripts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'packages/cli');
const dist = join(cli, 'dist');
const fresh = join(cli, 'dist.new');

const { build } = await import(join(root, 'node_modules/esbuild/lib/main.js'));
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
// What createRequire() loads when it is first needed. A file of its own beside the bundle: an installed one has no node_modules.
const besides = ['ip-address'];
const atBeside = new RegExp(`(createRequire\\(import\\.meta\\.url\\)\\(')(${besides.join('|')})('\\))`, 'g');
// An import of a built-in module makes Node build a wrapper with all its parts, lazy ones too; a plain object costs only what is
// used of it. Written into the sources as they are bundled, since a module of its own would be a chunk of its own.
const builtins = {
  name: 'builtins',
  setup({ onLoad }) {
    onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace(
          /^import \{([^}]*)\} from '(node:[^']+)';$/gm,
          (_, names, builtin) => `const {${valuesOf(names)}} = process.getBuiltinModule('${builtin}');`,
        )
        .replace(atBeside, '$1./$2.cjs$3'),
      loader: 'ts',
    }));
  },
};
// `a, type B, c as d` without what is a type only: `a, c: d`.
const valuesOf = (names) =>
  names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.replace(' as ', ': '))
    .join(', ');
const common = {
  outdir: fresh,
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Names stay as they are, for the stack of a fault.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: false,
  // netlink carries a prebuilt native binary and is resolved from node_modules; the others are bundled.
  external: ['netlink'],
  plugins: [builtins],
  logLevel: 'warning',
};

const arch = process.arch;
const own = join(root, `node_modules/node-linux-${arch}/bin/node`);
const node = existsSync(own) ? own : process.execPath;
const launcher = readFileSync(join(cli, 'bin/vipward'), 'utf8');
const flagsNamed = (name) => new RegExp(`^${name}='(.*)'$`, 'm').exec(launcher)?.[1]?.split(' ') ?? [];

try {
  await build({
    ...common,
    entryPoints: { main: join(cli, 'src/main.ts') },
    outExtension: { '.js': '.mjs' },
    splitting: true,
    format: 'esm',
    // Bundled CommonJS packages ask for `require`, which an ES module does not have.
    banner: { js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  });
  await build({
    ...common,
    entryPoints: besides.map((name) => ({ in: join(root, 'packages/config/node_modules', name), out: name })),
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  });
  const scripts = {};
  for (const [name, { entry }] of Object.entries(compiledScripts)) scripts[name] = await bundleScript(name, entry);
  await build({
    ...common,
    entryPoints: { start: join(cli, 'src/start.ts') },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { SCRIPTS: JSON.stringify(scripts) },
  });
  addAddon();
  for (const [name, { flags, rehearsal }] of Object.entries(compiledScripts)) {
    const lib = join(root, 'scripts/lib');
    const words = [join(lib, 'compiled-code.mjs'), join(fresh, scripts[name]), join(lib, rehearsal)];
    const compiled = spawnSync(node, [...flagsNamed(flags), '--no-warnings', ...words], { encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(`${name}: ${compiled.stderr}`);
  }
} catch (error) {
  // Of the sources, esbuild has said what and where.
  if (!('errors' in error)) process.stderr.write(`${error.message}\n`);
  process.stderr.write('build: the bundle could not be made; the one that was there stays\n');
  process.exit(1);
}

install(fresh, dist);

// One run of each fills the compile cache beside the bundle, so that the first real start is as quick as the later ones.
for (const args of [
  ['vipward', '--version'],
  ['ipvsadm', '--version'],
  ['keepalived', '-v'],
]) {
  const run = spawnSync(node, [join(dist, 'start.cjs'), ...args], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(`build: ${args.join(' ')} of the new bundle failed:\n${run.stderr}\n`);
    process.exit(1);
  }
}

/** The name of the file it goes to has a digest of its text, so that no other script's code is ever taken for its own. */
async function bundleScript(name, entry) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { [name]: join(cli, 'src', entry) },
    write: false,
    format: 'cjs',
    // A script has no loader of its own for import().
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'here' },
    // A function, which start.ts calls.
    banner: { js: '(function(module,require,here){' },
    footer: { js: '})' },
  });
  const text = outputFiles[0]?.text ?? '';
  const file = `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  writeFileSync(join(fresh, `${file}.js`), text);
  return file;
}

function addAddon() {
  const addon = join(root, `packages/sockets/prebuilds/linux-${arch}/sockets.node`);
  if (existsSync(addon)) cpSync(addon, join(fresh, 'sockets.node'));
}

// Renamed last, when all that they load is there.
function entry(file) {
  return ['main.mjs', 'start.cjs'].indexOf(file);
}

/**
 * A daemon may run from this folder. So every file is renamed into place (a mapped addon is never written over), the
 * entries last, and chunks of earlier builds stay for a month: a running daemon may still load one, such as that of its first script.
 */
function install(from, to) {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from).sort((a, b) => entry(a) - entry(b));
  for (const file of files) renameSync(join(from, file), join(to, file));
  rmSync(from, { recursive: true });
  const monthAgo = Date.now() - 30 * 24 * 3600 * 1000;
  for (const file of readdirSync(to)) {
    const path = join(to, file);
    if (/\.(?:mjs|js|code)$/.test(file) && !files.includes(file) && statSync(path).mtimeMs < monthAgo) rmSync(path);
  }
}
