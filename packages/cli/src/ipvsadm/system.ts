// The edges of the production command: file descriptors, the resolver, /etc/services, /proc and the kernel.
import { readFileSync, readSync, writeSync } from 'node:fs';
import { formatIp, type IpAddress, parseIp } from '@vipward/config/address';
import type { IpvsadmIo, IpvsadmKernel } from './context.ts';
import { type NameService, type PortNames, parseServices } from './names.ts';

/** Standard streams, the system's names and this namespace's kernel. Nothing is opened before it is used. */
export const systemIo = (): IpvsadmIo => ({
  stdin: readChunks(0),
  stdout: (piece) => writeAll(1, piece),
  stderr: (text) => writeAll(2, text),
  openKernel,
  names: systemNames(),
  connections: openConnections,
});

const chunkLength = 64 * 1024;

function* readChunks(fd: number): Generator<Uint8Array, void> {
  // One buffer for all of them: who reads takes out what it wants to keep. No Buffer, whose indexOf() makes objects for each call.
  const chunk = new Uint8Array(chunkLength);
  for (;;) {
    const length = whenReady(() => readSync(fd, chunk));
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

const writeAll = (fd: number, piece: string | Uint8Array): void => {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length; ) at += whenReady(() => writeSync(fd, bytes, at));
};

// A terminal or pipe may be non-blocking because of who shares it.
const whenReady = (act: () => number): number => {
  for (;;) {
    try {
      return act();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
};

async function* openConnections(): AsyncGenerator<Uint8Array, void> {
  const { createReadStream } = await import('node:fs');
  yield* createReadStream('/proc/net/ip_vs_conn', { highWaterMark: chunkLength });
}

const systemNames = (): NameService => {
  let ports: PortNames | undefined;
  return {
    async addressOf(host) {
      const { lookup } = await import('node:dns/promises');
      const found = await lookup(host, { family: 4 }).catch(() => undefined);
      return found && parseIp(found.address);
    },
    async hostOf(address: IpAddress) {
      const { lookupService } = await import('node:dns/promises');
      const found = await lookupService(formatIp(address), 0).catch(() => undefined);
      return found?.hostname;
    },
    async ports() {
      ports ??= parseServices(readIfThere('/etc/services'));
      return ports;
    },
  };
};

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

// As ipvsadm does: a kernel that has IPVS only as a module gets it loaded.
const openKernel = async (): Promise<IpvsadmKernel> => {
  // Without links, addresses and routes, which the index has too.
  const { openIpvsKernel } = await import('@vipward/netlink/ipvs');
  try {
    return await openIpvsKernel();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'IPVS_ABSENT')) throw error;
    const { spawnSync } = await import('node:child_process');
    const modprobe = readIfThere('/proc/sys/kernel/modprobe').trim() || '/sbin/modprobe';
    if (spawnSync(modprobe, ['--', 'ip_vs'], { stdio: 'ignore' }).status !== 0) throw error;
    return openIpvsKernel();
  }
};
