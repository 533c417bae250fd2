// The choice of the transport: our addon, else the library.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const packageRoot = new URL('../..', import.meta.url).pathname;
const runChild = (script: string): string => {
  const args = ['--no-warnings', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: packageRoot, encoding: 'utf8' });
  return stdout + stderr;
};

test('without the addon, links are read over the npm library', () => {
  // A loader hook hides the addon's file: existsSync says that it is nowhere.
  const said = runChild(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const real = fs.existsSync;
    fs.existsSync = (file) => !String(file).includes('sockets.node') && real(file);
    syncBuiltinESMExports();
    const { openRouteKernel } = await import('./src/index.ts');
    const kernel = openRouteKernel();
    console.log((await kernel.links()).filter(({ loopback }) => loopback).map(({ name }) => name).join());
    const notice = await kernel.addAddress({ ifIndex: 999999, address: { family: 4, bytes: Uint8Array.of(1, 2, 3, 4) }, prefixLength: 32 })
      .catch((error) => error.code);
    console.log(notice);
    try { kernel.watch(() => undefined); } catch (error) { console.log(error.code); }
    kernel.close();
  `);
  expect(said).toBe('lo\nNETLINK_REFUSED\nSOCKETS_ADDON_MISSING\n');
}, 60_000);

test('the npm library is not loaded where the addon is there', () => {
  const said = runChild(`
    import { createRequire } from 'node:module';
    const { openRouteKernel } = await import('./src/index.ts');
    const kernel = openRouteKernel();
    await kernel.links();
    kernel.close();
    const loaded = Object.keys(createRequire(process.cwd() + '/x.js').cache).filter((file) => file.includes('/netlink@'));
    console.log(loaded.length);
  `);
  expect(said).toBe('0\n');
}, 60_000);
