// Settings of the kernel that are files.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Sysctl } from './secondaries.ts';

export const systemSysctl: Sysctl = {
  read(path) {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  write: (path, value) => writeFileSync(path, value),
};
