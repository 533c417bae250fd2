// What only reads a configuration, `keepalived -t` and `vipward check`: bundled as one script with all that it needs.
import { parseDaemonCommand, testConfig } from '@vipward/daemon/check';
import { endOnBrokenPipe } from './broken-pipe.ts';
import { runCheck } from './check.ts';
import { parseCheck } from './check-options.ts';

/**
 * Runs the command if it is one of these and its words are plain, and resolves with the exit status. Undefined leaves it to
 * `main`: another command, a question for help, or a mistake in the command line.
 */
export const checking = (calledAs: string, words: readonly string[]): Promise<number> | undefined => {
  const [first, ...rest] = calledAs === 'keepalived' ? ['keepalived', ...words] : words;
  if (first === 'check') {
    const asked = parseCheck(rest);
    if (asked === undefined) return undefined;
    endOnBrokenPipe();
    return runCheck(asked.file, asked.options);
  }
  if (first !== 'keepalived') return undefined;
  const command = parseDaemonCommand(rest);
  if (command.kind !== 'test' || command.unexpected.length > 0) return undefined;
  return testConfig(command.options, command.output);
};
