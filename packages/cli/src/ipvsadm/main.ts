// `vipward ipvsadm`: the production entry.
import type { RunScript } from '../start.ts';
import { runIpvsadm } from './run.ts';
import { systemIo } from './system.ts';

/** Runs one command line of ipvsadm; resolves with the exit status. */
export const run: RunScript = async (_calledAs, _program, words) => {
  const io = systemIo();
  try {
    return await runIpvsadm(words, io);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    // `ipvsadm -R < /etc`: nothing came in. The original takes that for an empty table.
    if (error.syscall === 'read') {
      io.stderr(`ipvsadm: cannot read: ${error.message}\n`);
      return 1;
    }
    if (error.syscall !== 'write') throw error;
    // `ipvsadm -L | head -1`: the reader has gone, and the shell sees what SIGPIPE would have left.
    if ('code' in error && error.code === 'EPIPE') return 141;
    io.stderr(`ipvsadm: cannot write: ${error.message}\n`);
    return 1;
  }
};
