// What only reads a configuration, `keepalived -t` and `vipward check`: bundled as one script with all that it needs.
import { parseDaemonCommand, testConfig } from '@vipward/daemon/check';
import { endOnBrokenPipe } from './broken-pipe.ts';
import { runCheck } from './check.ts';
import { parseCheck } from './check-options.ts';
import type { RunScript } from './start.ts';

/**
 * Runs the command if it is one of these and its words are plain, and resolves with the exit status. Undefined leaves it to
 * `main`: another command, a question for help, or a mistake in the command line.
 */
export const run: RunScript = (_calledAs, program, words) => {
  if (program === 'check') {
    const asked = parseCheck(words);
    if (asked === undefined) return undefined;
    endOnBrokenPipe();
    return runCheck(asked.file, asked.options);
  }
  if (program !== 'keepalived') return undefined;
  const command = parseDaemonCommand(words);
  if (command.kind !== 'test' || command.unexpected.length > 0) return undefined;
  return testConfig(command.options, command.output);
};
