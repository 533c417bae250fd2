// Finds the native addon and loads it at the first use; nothing else talks to it but this package.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What native/module.c offers. A negative answer is -errno; a wrong argument is a TypeError with code SOCKETS_BAD_ARGUMENT. */
export interface Addon {
  open(domain: number, type: number, protocol: number): number;
  openIn(network: number, domain: number, type: number, protocol: number): number;
  adopt(descriptor: number): number;
  close(handle: number): number;
  release(handle: number): number;
  descriptor(handle: number): number;
  hold(handle: number, whether: boolean): number;
  bind(handle: number, address: Uint8Array): number;
  connect(handle: number, address: Uint8Array): number;
  dial(handle: number, address: Uint8Array, callback: (errno: number) => void): number;
  localAddress(handle: number, out: Uint8Array): number;
  setOption(handle: number, level: number, name: number, value: Uint8Array): number;
  getOption(handle: number, level: number, name: number, out: Uint8Array): number;
  send(handle: number, buffers: readonly Uint8Array[], to?: Uint8Array, control?: Uint8Array): number;
  listen(
    handle: number,
    arena: Uint8Array,
    meta: Int32Array,
    dataSpace: number,
    controlSpace: number,
    callback: (errno: number) => void,
  ): number;
  receive(handle: number): number;
  alarm(callback: () => void): number;
  setAlarm(handle: number, seconds: number, nanoseconds: number): number;
  closeDescriptor(descriptor: number): number;
  lock(descriptor: number): number;
  lockHolder(descriptor: number): number;
  onSignal(signal: number, callback: (signal: number) => void): number;
  setScheduler(thread: number, policy: number, priority: number): number;
  affinity(thread: number, out: Uint8Array): number;
  setAffinity(thread: number, mask: Uint8Array): number;
  setLimit(resource: number, soft: number, hard: number): number;
}

/** The addon is not there or does not load; `code` is SOCKETS_ADDON_MISSING. */
export class AddonError extends Error {
  override readonly name = 'AddonError';
  readonly code = 'SOCKETS_ADDON_MISSING';
}

let loaded: Addon | undefined;

/** Throws AddonError. */
export function addon(): Addon {
  loaded ??= loadAddon(addonPlaces(import.meta.url, process.arch));
  return loaded;
}

/** Where the file may lie, seen from this module: in this package, beside a bundle, or in the workspace around a bundle. */
export function addonPlaces(here: string, arch: string): string[] {
  const prebuilt = `prebuilds/linux-${arch}/sockets.node`;
  return [`../${prebuilt}`, './sockets.node', `./${prebuilt}`, `../../sockets/${prebuilt}`].map((place) =>
    fileURLToPath(new URL(place, here)),
  );
}

/** Loads the first of the places that exists. Throws AddonError. */
export function loadAddon(places: readonly string[]): Addon {
  const file = places.find((place) => existsSync(place));
  if (file === undefined) {
    throw new AddonError(`the native sockets addon is missing (looked at ${places.join(', ')}): run npm run setup`);
  }
  try {
    // What require() does beside this is to look for packages around the file, which takes longer than all else here.
    const module: { exports: unknown } = { exports: {} };
    process.dlopen(module, file);
    if (isAddon(module.exports)) return module.exports;
  } catch (cause) {
    throw new AddonError(`the native sockets addon ${file} does not load: run npm run setup`, { cause });
  }
  throw new AddonError(`${file} is not the sockets addon that belongs to this version: run npm run setup`);
}

const functionNames = [
  'open',
  'openIn',
  'adopt',
  'close',
  'release',
  'descriptor',
  'hold',
  'bind',
  'connect',
  'dial',
  'localAddress',
  'setOption',
  'getOption',
  'send',
  'listen',
  'receive',
  'alarm',
  'setAlarm',
  'closeDescriptor',
  'lock',
  'lockHolder',
  'onSignal',
  'setScheduler',
  'affinity',
  'setAffinity',
  'setLimit',
] as const satisfies readonly (keyof Addon)[];

function isAddon(value: unknown): value is Addon {
  if (typeof value !== 'object' || value === null) return false;
  return functionNames.every((name) => typeof Reflect.get(value, name) === 'function');
}
