// Runs a check script: no shell, no inherited descriptors, its own process group, ended when its time is over.
import { type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Millis, Script } from '@vipward/config';
import { asOrdinary, type ChildAccount, commandAs, systemAccounts } from '@vipward/sockets';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';

export type ScriptEnd =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'not-run'; readonly failure: CheckFailure };

/** A script that ignores SIGTERM gets SIGKILL this many ms later. */
const patience: Millis = 2000;

/** Resolves when the script has ended or `timeout` (0 = none) is over; then its whole process group is ended. */
export const runScript = async (script: Script, timeout: Millis, context: CheckContext): Promise<ScriptEnd> => {
  const [program, ...args] = script.argv;
  if (program === undefined) return { kind: 'not-run', failure: failure('script', 'the script has no name') };
  const account = accountOf(script, context);
  if (typeof account === 'string') return { kind: 'not-run', failure: failure('local', account) };
  if (context.signal.aborted) return { kind: 'not-run', failure: stopped };
  return run(program, args, account, timeout, context);
};

/** A script that must not run says nothing of the server; keepalived drops such a check when it starts. */
const accountOf = (script: Script, { scriptAccount }: CheckContext): ChildAccount | string => {
  if (scriptAccount !== undefined) return scriptAccount(script);
  const found = systemAccounts({})(script.user);
  if (found.kind === 'unknown') return found.message;
  return found.kind === 'account' ? found.account : {};
};

const run = (
  program: string,
  args: readonly string[],
  account: ChildAccount,
  timeout: Millis,
  { clock, signal }: CheckContext,
): Promise<ScriptEnd> =>
  new Promise((resolve) => {
    const command = commandAs([program, ...args], account);
    const options: SpawnOptions = { stdio: 'ignore', detached: true, ...command.identity };
    const child = asOrdinary(() => spawn(command.file, command.args, options));
    let cancelKill = (): void => {};
    const settle = (end: ScriptEnd): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    };
    const end = (outcome: ScriptEnd): void => {
      killGroup(child.pid, 'SIGTERM');
      cancelKill = clock.at(clock.now() + patience, () => killGroup(child.pid, 'SIGKILL'));
      settle(outcome);
    };
    const onAbort = (): void => end({ kind: 'not-run', failure: stopped });
    const cancelTimeout =
      timeout > 0 ? giveUpAt(clock, clock.now() + timeout, () => end({ kind: 'timeout' })) : () => {};
    signal.addEventListener('abort', onAbort);
    child.once('error', (error) => settle({ kind: 'not-run', failure: notStarted(error) }));
    child.once('exit', (status, by) => {
      cancelKill();
      settle(
        status === null
          ? { kind: 'signal', signal: by === null ? 0 : constants.signals[by] }
          : { kind: 'exit', status },
      );
    });
  });

const notStarted = (error: Error): CheckFailure => {
  const known = failureOf(error);
  return known.reason === 'local' ? known : failure('script', `could not be started: ${error.message}`);
};

/** The group may be gone already. */
const killGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: it ended by itself.
  }
};
