// Bundles the executable: packages/cli/dist/main.mjs with a chunk for every command that is loaded only when asked for, and before
// it start.cjs, which has what only reads a configuration as one script with its compiled code.
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

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'packages/cli');
const dist = join(cli, 'dist');
const fresh = join(cli, 'dist.new');

const { build } = await import(join(root, 'node_modules/esbuild/lib/main.js'));
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
// An import of a built-in module makes Node build a wrapper with all its parts, lazy ones too; a plain object costs only what is
// used of it. Written into the sources as they are bundled, since a module of its own would be a chunk of its own.
const builtins = {
  name: 'builtins',
  setup({ onLoad }) {
    onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import \{([^}]*)\} from '(node:[^']+)';$/gm,
        (_, names, builtin) => `const {${valuesOf(names)}} = process.getBuiltinModule('${builtin}');`,
      ),
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
// As in packages/cli/bin/vipward: code compiled under other flags is not always taken.
const flags = ['--disable-sigusr1', '--min-semi-space-size=4', '--max-semi-space-size=16'];

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
  const { outputFiles } = await build({
    ...common,
    entryPoints: { checking: join(cli, 'src/checking.ts') },
    write: false,
    format: 'cjs',
    define: { 'import.meta.url': 'here' },
    // A function, which start.ts calls.
    banner: { js: '(function(module,require,here){' },
    footer: { js: '})' },
  });
  const text = outputFiles[0]?.text ?? '';
  const name = `checking-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  writeFileSync(join(fresh, `${name}.js`), text);
  await build({
    ...common,
    entryPoints: { start: join(cli, 'src/start.ts') },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { CHECKING: JSON.stringify(name) },
  });
  addAddon();
  const compiled = spawnSync(
    node,
    [...flags, join(root, 'scripts/lib/compiled-code.mjs'), join(fresh, name), join(root, 'examples')],
    { encoding: 'utf8' },
  );
  if (compiled.status !== 0) throw new Error(compiled.stderr);
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
  const run = spawnSync(node, [join(dist, 'main.mjs'), ...args], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(`build: ${args.join(' ')} of the new bundle failed:\n${run.stderr}\n`);
    process.exit(1);
  }
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
