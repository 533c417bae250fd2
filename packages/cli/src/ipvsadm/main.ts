// `vipward ipvsadm`: the production entry.
import { runIpvsadm } from './run.ts';
import { systemIo } from './system.ts';

/** Runs one command line of ipvsadm (without the program's name); resolves with the exit status. */
export const main = async (args: readonly string[]): Promise<number> => {
  try {
    return await runIpvsadm(args, systemIo());
  } catch (error) {
    // `ipvsadm -L | head -1`: the reader has gone, as with SIGPIPE.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 141;
    throw error;
  }
};
