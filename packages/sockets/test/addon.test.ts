// Finding and loading the native file: from source, beside a bundle, and the errors when it is not there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { build } from 'esbuild';
import { addonPlaces, loadAddon } from '../src/addon.ts';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(home));
const prebuilt = join(home, 'prebuilds', `linux-${process.arch}`, 'sockets.node');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipward-addon-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the places', () => {
  test('from source and from dist are this package', () => {
    expect(addonPlaces(pathToFileURL(join(home, 'src/addon.ts')).href, process.arch)[0]).toBe(prebuilt);
    expect(addonPlaces(pathToFileURL(join(home, 'dist/addon.js')).href, process.arch)[0]).toBe(prebuilt);
  });

  test('from a bundle are beside it, and in the workspace around it', () => {
    const places = addonPlaces('file:///opt/vipward/cli/dist/keepalived.mjs', 'arm64');
    expect(places).toContain('/opt/vipward/cli/dist/sockets.node');
    expect(places).toContain('/opt/vipward/sockets/prebuilds/linux-arm64/sockets.node');
  });
});

describe('an error with code SOCKETS_ADDON_MISSING and the way out', () => {
  const failing = (places: readonly string[]): unknown => {
    try {
      return loadAddon(places);
    } catch (error) {
      return error;
    }
  };

  test('when the file is nowhere', () => {
    expect(failing([join(folder, 'a.node'), join(folder, 'b.node')])).toMatchObject({
      code: 'SOCKETS_ADDON_MISSING',
      message: expect.stringMatching(/is missing \(looked at .*a\.node, .*b\.node\): run npm run setup$/),
    });
  });

  test('when the file does not load', () => {
    const broken = join(folder, 'sockets.node');
    writeFileSync(broken, 'not an ELF file');
    expect(failing([broken])).toMatchObject({
      code: 'SOCKETS_ADDON_MISSING',
      message: expect.stringMatching(/does not load: run npm run setup$/),
      cause: expect.anything(),
    });
  });

  test('when the file is something else', () => {
    const other = join(home, `../netlink/node_modules/netlink/prebuilds/linux-${process.arch}/node.napi.node`);
    expect(failing([other])).toMatchObject({
      code: 'SOCKETS_ADDON_MISSING',
      message: expect.stringContaining('is not the sockets addon'),
    });
  });
});

test('a bundle finds the file beside itself, and importing it loads nothing', async () => {
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { openSocket } from ${JSON.stringify(join(home, 'src/index.ts'))};
     if (process.argv[2] === 'use') { const s = openSocket(2, 2, 0); console.log(s.fd > 2); s.close(); }`,
  );
  const outfile = join(folder, 'dist', 'bundle.mjs');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const run = (...args: string[]) => spawnSync(process.execPath, [outfile, ...args], { encoding: 'utf8' });
  expect(run()).toMatchObject({ status: 0, stderr: '' });
  expect(run('use').stderr).toContain('SOCKETS_ADDON_MISSING');
  copyFileSync(prebuilt, join(folder, 'dist', 'sockets.node'));
  expect(run('use')).toMatchObject({ status: 0, stdout: 'true\n', stderr: '' });
});

test('every prebuilt file belongs to the C source as it is', () => {
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(home, 'native', name)))
      .digest('hex');
  const stamp = readdirSync(join(home, 'native'))
    .sort()
    .map((name) => `${digest(name)}  native/${name}\n`)
    .join('');
  const platforms = readdirSync(join(home, 'prebuilds'));
  expect(platforms).toContain('linux-x64');
  for (const platform of platforms) {
    expect(existsSync(join(home, 'prebuilds', platform, 'sockets.node'))).toBe(true);
    expect(readFileSync(join(home, 'prebuilds', platform, 'source.sha256'), 'utf8')).toBe(stamp);
  }
});

describe('the build script', () => {
  /** A copy of the package in a workspace of its own, so that nothing here is overwritten. */
  const copyPackage = (): { script: string; target: string } => {
    const copy = join(folder, 'packages', 'sockets');
    mkdirSync(copy, { recursive: true });
    for (const part of ['native', 'scripts', 'prebuilds'])
      cpSync(join(home, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return { script: join(copy, 'scripts/build.mjs'), target: join(copy, 'prebuilds', `linux-${process.arch}`) };
  };
  const run = (script: string, cc: string, ...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, CC: cc } });
  /** A compiler that always answers with this file. */
  const compilerGiving = (file: string): string => {
    const cc = join(folder, 'cc');
    writeFileSync(cc, `#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp '${file}' "$2"\n`);
    chmodSync(cc, 0o755);
    return cc;
  };

  test('takes the prebuilt file when it fits, without a compiler', () => {
    expect(run(copyPackage().script, '/nonexistent/cc')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test.each(['a changed source', 'a prebuilt file that does not load', '--force'])('compiles for %s', (reason) => {
    const { script, target } = copyPackage();
    const cc = compilerGiving(prebuilt);
    if (reason === 'a changed source') writeFileSync(join(dirname(dirname(script)), 'native/send.c'), '// changed\n');
    if (reason.includes('load')) writeFileSync(join(target, 'sockets.node'), 'broken');
    const args = reason === '--force' ? ['--force'] : [];
    expect(run(script, cc, ...args)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('compiled'),
    });
    expect(readFileSync(join(target, 'sockets.node'))).toEqual(readFileSync(prebuilt));
    expect(run(script, '/nonexistent/cc').status).toBe(0);
  });

  test('says in one line what to do when there is no compiler', () => {
    const { status, stderr } = run(copyPackage().script, '/nonexistent/cc', '--force');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^no C compiler .*apt-get install gcc.*\n$/);
  });

  test('keeps the old file when the new one does not load', () => {
    const { script, target } = copyPackage();
    const garbage = join(folder, 'garbage');
    writeFileSync(garbage, 'garbage');
    const { status, stderr } = run(script, compilerGiving(garbage), '--force');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^the compiled sockets addon does not load: .*\n$/);
    expect(readFileSync(join(target, 'sockets.node'))).toEqual(readFileSync(prebuilt));
    expect(readdirSync(target).sort()).toEqual(['sockets.node', 'source.sha256']);
  });
});
