// Where the guest keeps its memory: a file that must be as large as the memory may grow, and executable.
import { readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const SHM = '/dev/shm';

/**
 * The TMPDIR for the guest, or undefined when /dev/shm, its own choice, will do. In a container /dev/shm is often 64 MB or
 * noexec: the guest would die in its midst with SIGBUS, or refuse to start.
 * @param {string} memory such as "2G" or "512M"
 */
export function memoryDirectory(memory, mounts = readFileSync('/proc/mounts', 'utf8'), free = freeBytes) {
  const mount = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, place]) => place === SHM);
  if (mount === undefined) return tmpdir();
  const [, , type, options] = mount;
  const usable = type === 'tmpfs' && !options.split(',').includes('noexec') && free(SHM) >= bytesOf(memory);
  return usable ? undefined : tmpdir();
}

const freeBytes = (path) => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

const bytesOf = (memory) => Number.parseInt(memory, 10) * (/g$/i.test(memory) ? 2 ** 30 : 2 ** 20);
