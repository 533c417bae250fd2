// The edge of `vipward realserver`: the real kernel, /proc/sys and /run.
import { openRouteKernel } from '@vipward/netlink';
import { endOnBrokenPipe } from '../broken-pipe.ts';
import { procSettings, recordFile, recordPath } from './files.ts';
import { runRealserver } from './run.ts';

/** Returns the exit status; see runRealserver. */
export const main = async (args: readonly string[]): Promise<number> => {
  // Everything is done before the first line is printed.
  endOnBrokenPipe();
  const routeKernel = openRouteKernel();
  try {
    return await runRealserver(args, {
      stdout: process.stdout,
      stderr: process.stderr,
      routeKernel,
      settings: procSettings,
      records: recordFile(recordPath()),
    });
  } finally {
    routeKernel.close();
  }
};
