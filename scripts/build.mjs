// Bundles the executable: packages/cli/dist/main.mjs with a chunk for every command that is loaded only when asked for.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
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
const built = build({
  entryPoints: { main: join(cli, 'src/main.ts') },
  outdir: fresh,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Names stay as they are, for the stack of a fault.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: false,
  // netlink carries a prebuilt native binary and is resolved from node_modules; the others are bundled.
  external: ['netlink'],
  // Bundled CommonJS packages ask for `require`, which an ES module does not have.
  banner: { js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  plugins: [builtins],
  logLevel: 'warning',
});
try {
  await built;
} catch {
  // esbuild has said what and where.
  process.stderr.write('build: the bundle could not be made; the one that was there stays\n');
  process.exit(1);
}

const arch = process.arch;
const addon = join(root, `packages/sockets/prebuilds/linux-${arch}/sockets.node`);
if (existsSync(addon)) cpSync(addon, join(fresh, 'sockets.node'));
install(fresh, dist);

// One run of each fills the compile cache beside the bundle, so that the first real start is as quick as the later ones.
const node = join(root, `node_modules/node-linux-${arch}/bin/node`);
for (const args of [
  ['vipward', '--version'],
  ['ipvsadm', '--version'],
  ['keepalived', '-v'],
]) {
  const run = spawnSync(existsSync(node) ? node : process.execPath, [join(dist, 'main.mjs'), ...args], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(`build: ${args.join(' ')} of the new bundle failed:\n${run.stderr}\n`);
    process.exit(1);
  }
}

/**
 * A daemon may run from this folder. So every file is renamed into place (a mapped addon is never written over), the entry
 * last, and chunks of earlier builds stay for a month: a running daemon may still load one, such as that of its first script.
 */
function install(from, to) {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from).sort((a, b) => Number(a === 'main.mjs') - Number(b === 'main.mjs'));
  for (const file of files) renameSync(join(from, file), join(to, file));
  rmSync(from, { recursive: true });
  const monthAgo = Date.now() - 30 * 24 * 3600 * 1000;
  for (const file of readdirSync(to)) {
    const path = join(to, file);
    if (file.endsWith('.mjs') && !files.includes(file) && statSync(path).mtimeMs < monthAgo) rmSync(path);
  }
}
