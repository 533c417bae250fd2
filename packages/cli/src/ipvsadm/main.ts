// `vipward ipvsadm`: the production entry.
import { runIpvsadm } from './run.ts';
import { systemIo } from './system.ts';

/** Runs one command line of ipvsadm (without the program's name); resolves with the exit status. */
export const main = async (args: readonly string[]): Promise<number> => {
  const io = systemIo();
  try {
    return await runIpvsadm(args, io);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'write')) throw error;
    // `ipvsadm -L | head -1`: the reader has gone, and the shell sees what SIGPIPE would have left.
    if ('code' in error && error.code === 'EPIPE') return 141;
    io.stderr(`ipvsadm: cannot write: ${error.message}\n`);
    return 1;
  }
};
