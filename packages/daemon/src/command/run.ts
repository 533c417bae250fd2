// The daemon as a command: options in, exit status out. What only a start needs is loaded when it is asked for.
import { DaemonError, exitStatus } from '../exit.ts';
import { outliveReader } from '../log/stderr.ts';
import { type DaemonCommand, parseDaemonCommand } from './options.ts';
import { signalNumbers } from './signals.ts';
import { testConfig } from './test-config.ts';
import { helpText } from './usage.ts';
import { versionText } from './version-text.ts';

export interface DaemonInvocation {
  readonly args: readonly string[];
  /** Name of the processes: keepalived when called so, vipward otherwise. */
  readonly title: string;
  readonly version: string;
  /** Script that Node runs, for the workers. */
  readonly entry: string;
  readonly execArgv: readonly string[];
}

/** Runs until the daemon ends (or, without -n, until it has gone into the background); returns the exit status. */
export const runDaemon = async (invocation: DaemonInvocation): Promise<number> => {
  outliveReader();
  const command = parseDaemonCommand(invocation.args);
  warnOfUnexpected(command);
  try {
    switch (command.kind) {
      case 'version':
        process.stderr.write(`${versionText(invocation.version)}\n`);
        return exitStatus.ok;
      case 'help':
        process.stderr.write(helpText(invocation.title === 'keepalived' ? 'keepalived' : 'vipward keepalived'));
        return exitStatus.ok;
      case 'signum':
        return printSignal(command.name);
      case 'genhash':
        return await (await import('./genhash.ts')).genhash(command.args, {
          out: (text) => process.stdout.write(text),
          error: (text) => process.stderr.write(text),
        });
      case 'refused':
        process.stderr.write(`${command.message}\n`);
        return exitStatus.fatal;
      case 'test':
        return await testConfig(command.options, command.output);
      case 'run':
        return await (await import('./start.ts')).start(command.options, invocation);
    }
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    process.stderr.write(`vipward: ${error.message}\n`);
    return error.status;
  }
};

const printSignal = (name: string): number => {
  const number = signalNumbers.get(name);
  if (number === undefined) {
    process.stdout.write(`Unknown sigfunc ${name}\n`);
    return exitStatus.fatal;
  }
  process.stdout.write(`${number}\n`);
  return exitStatus.ok;
};

const warnOfUnexpected = (command: DaemonCommand): void => {
  if ((command.kind === 'run' || command.kind === 'test') && command.unexpected.length > 0) {
    process.stdout.write(`Unexpected argument(s): ${command.unexpected.map((word) => `${word} `).join('')}\n`);
  }
};
