// Where the guest's memory lies when /dev/shm will not do.
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';

type MemoryDirectory = (memory: string, mounts: string, free: () => number) => string | undefined;

// Plain JavaScript for any Node, without types of its own.
const script = new URL('../../src/lab/memory.mjs', import.meta.url).href;
const { memoryDirectory }: { memoryDirectory: MemoryDirectory } = await import(script);

describe('the memory of the guest', () => {
  const gigabytes = (n: number) => () => n * 2 ** 30;

  test('lies in /dev/shm when that is large enough', () => {
    expect(memoryDirectory('2G', 'tmpfs /dev/shm tmpfs rw,nosuid 0 0\n', gigabytes(2))).toBeUndefined();
    expect(memoryDirectory('512M', 'tmpfs /dev/shm tmpfs rw,nosuid 0 0\n', gigabytes(1))).toBeUndefined();
  });

  test.each([
    ['too small, as in a container', 'shm /dev/shm tmpfs rw 0 0\n', gigabytes(0.0625)],
    ['noexec', 'shm /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0\n', gigabytes(8)],
    ['not there', 'proc /proc proc rw 0 0\n', gigabytes(8)],
    ['covered by another mount', 'a /dev/shm tmpfs rw 0 0\nb /dev/shm ext4 rw 0 0\n', gigabytes(8)],
  ])('lies in the temporary directory when /dev/shm is %s', (_what, mounts, free) => {
    expect(memoryDirectory('2G', mounts, free)).toBe(tmpdir());
  });
});
