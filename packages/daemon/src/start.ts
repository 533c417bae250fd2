// The daemon's first process alone: what it needs until its workers run, and nothing of what they need.
import { start } from './command/start.ts';
import { outliveReader } from './log/stderr.ts';

export { parseDaemonCommand } from './command/options.ts';

/** Runs until the daemon ends, or until it is in the background; returns the exit status. */
export const startDaemon: typeof start = (options, invocation) => {
  outliveReader();
  return start(options, invocation);
};
