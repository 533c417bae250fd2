// The daemon's own process, `keepalived` without -t and the like: bundled as one script with all that it needs.
import { parseDaemonCommand, startDaemon } from '@vipward/daemon/start';
import type { RunScript } from './start.ts';
import { version } from './version.ts';

/** Runs the daemon if that is what the words ask for, and resolves with its exit status. Undefined leaves it to `main`. */
export const run: RunScript = (calledAs, program, words) => {
  if (program !== 'keepalived') return undefined;
  const command = parseDaemonCommand(words);
  if (command.kind !== 'run' || command.unexpected.length > 0) return undefined;
  return startDaemon(command.options, {
    args: words,
    title: calledAs,
    version,
    entry: process.argv[1] ?? '',
    execArgv: process.execArgv,
  });
};
