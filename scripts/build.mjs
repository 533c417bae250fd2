// Bundles the executable: packages/cli/dist/main.mjs with a chunk for every command that is loaded only when asked for.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'packages/cli');
const dist = join(cli, 'dist');
const fresh = join(cli, 'dist.new');

const { build } = await import(join(root, 'node_modules/esbuild/lib/main.js'));
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
const built = build({
  entryPoints: { main: join(cli, 'src/main.ts') },
  outdir: fresh,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  keepNames: true,
  sourcemap: false,
  // netlink carries a prebuilt native binary and is resolved from node_modules; the others are bundled.
  external: ['netlink'],
  // Bundled CommonJS packages ask for `require`, which an ES module does not have.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
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
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

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
