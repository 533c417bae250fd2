// Understands command lines and carries them out, in ipvsadm's words and with its exit status.
import type { IpvsOperation } from '@vipward/netlink';
import type { Command } from './command.ts';
import type { IpvsadmIo, Run } from './context.ts';
import { type Attempt, kernelMessage } from './errors.ts';
import { helpText, versionText } from './help.ts';
import { list, listConnections, save } from './listing.ts';
import { parseIpvsadm } from './parse.ts';
import type { Refusal } from './refusal.ts';
import { formatDaemon, formatTimeouts } from './settings.ts';

/** Parses a command line, looking up the names in it. */
export const understand = async (words: readonly string[], { learnt }: Run): Promise<Command | Refusal> => {
  for (;;) {
    const outcome = parseIpvsadm(words, learnt);
    if (outcome.kind !== 'host-needed' && outcome.kind !== 'port-needed') return outcome;
    await learnt.learn(outcome);
  }
};

/** Does what one understood command says; resolves with the exit status. */
export const perform = async (command: Exclude<Command, { kind: 'restore' }>, run: Run): Promise<number> => {
  const { io, kernel } = run;
  switch (command.kind) {
    case 'help':
    case 'version':
      return printAbout(command.kind, io);
    case 'change':
      return change([command.operation], run);
    case 'list':
      return attempt('list', 1, run, () => list(command, run));
    case 'list-connections':
      return listConnections(command, run);
    case 'save':
      return attempt('list', 1, run, () => save(command.numeric, run));
    case 'list-timeouts':
      return attempt('list', 1, run, async () => {
        io.stdout(formatTimeouts(await kernel.timeouts()));
        return 0;
      });
    case 'list-daemons':
      return attempt('list', 1, run, async () => {
        for (const daemon of await kernel.daemons()) io.stdout(formatDaemon(daemon));
        return 0;
      });
    case 'set-timeouts':
      return attempt('set-timeouts', 255, run, () => kernel.setTimeouts(command.timeouts).then(done));
    case 'start-daemon':
      return attempt('start-daemon', 255, run, () => kernel.startDaemon(command.daemon).then(done));
    case 'stop-daemon':
      return attempt('stop-daemon', 255, run, () => kernel.stopDaemon(command.daemon).then(done));
  }
};

/**
 * Carries out operations and says what the kernel refused; the exit status is that of the last one. What concerns all of them,
 * such as IPVS being unloaded meanwhile, is said once a call.
 */
export const change = (operations: readonly IpvsOperation[], run: Run): Promise<number> =>
  attempt('list', 255, run, async () => {
    const failures = await run.kernel.apply(operations);
    for (const { operation, error } of failures) run.io.stderr(`${refusalText(operation.kind, error)}\n`);
    return failures.at(-1)?.index === operations.length - 1 ? 255 : 0;
  });

const done = (): number => 0;

export const printAbout = (what: 'help' | 'version', io: IpvsadmIo): number => {
  io.stdout(what === 'help' ? helpText : versionText);
  return 0;
};

const attempt = async (what: Attempt, exit: number, { io }: Run, act: () => Promise<number>): Promise<number> => {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error) || error.name !== 'NetlinkError') throw error;
    io.stderr(`${refusalText(what, error)}\n`);
    return exit;
  }
};

/** ipvsadm's words for an error number; what is not from the kernel (a time-out, say) speaks for itself. */
export const refusalText = (what: Attempt, error: Error): string => {
  const errno = errnoOf(error);
  return errno === 0 ? error.message : kernelMessage(what, errno);
};

const errnoOf = (error: Error): number => ('errno' in error && typeof error.errno === 'number' ? error.errno : 0);
