// Builds the LD_PRELOAD shim that User Mode Linux needs on processors with AMX (native/uml-xstate.c tells why).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from './kernel.mjs';

const source = fileURLToPath(new URL('../../native/uml-xstate.c', import.meta.url));

/** Whether this processor's register state is larger than what old guest kernels keep. */
export const shimIsNeeded = (cpuinfo = readFileSync('/proc/cpuinfo', 'utf8')) =>
  /^flags\b.*\bamx_tile\b/m.test(cpuinfo);

/** The built shim's path; builds it when it is missing or older than its source. */
export function buildShim(cacheDir) {
  const library = join(cacheDir, 'uml-xstate.so');
  if (existsSync(library) && statSync(library).mtimeMs >= statSync(source).mtimeMs) return library;
  mkdirSync(cacheDir, { recursive: true });
  const fresh = `${library}.${process.pid}`;
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', fresh, source], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new LabError('the lab needs a C compiler on processors with AMX: apt-get install gcc libc6-dev');
    }
    throw new LabError(`cc cannot build ${source}: ${String(error.stderr).trim().split('\n')[0]}`);
  }
  renameSync(fresh, library);
  return library;
}
