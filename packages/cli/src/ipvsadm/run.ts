// Carries out one command line against a kernel, in ipvsadm's words and with its exit status.
import type { IpvsKernel, IpvsTimeouts, LvsTable, SyncDaemon } from '@vipward/netlink';
import type { Command } from './command.ts';
import { connectionsHeader, formatConnection, parseConnection } from './connections.ts';
import { type Attempt, kernelMessage, noSuchService } from './errors.ts';
import { helpText, versionText } from './help.ts';
import { linesOf, Output } from './lines.ts';
import { AddressNames, LearntNames, type NameService } from './names.ts';
import { addressesOf, type Naming, numericNaming } from './naming.ts';
import { sortDestinations, sortTable } from './order.ts';
import { parseIpvsadm } from './parse.ts';
import type { Refusal } from './refusal.ts';
import { restore } from './restore.ts';
import { saveTable } from './save.ts';
import { formatDaemon, formatTimeouts } from './settings.ts';
import { formatTable, formatTitle } from './table.ts';

/** The kernel's table, timeouts and sync daemons. What rejects does so with an error that has an `errno`. */
export interface IpvsadmKernel extends IpvsKernel {
  timeouts(): Promise<IpvsTimeouts>;
  /** 0 leaves a timeout as it is. */
  setTimeouts(timeouts: IpvsTimeouts): Promise<void>;
  daemons(): Promise<readonly SyncDaemon[]>;
  startDaemon(daemon: SyncDaemon): Promise<void>;
  stopDaemon(kind: SyncDaemon['kind']): Promise<void>;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Everything a run touches. */
export interface IpvsadmIo {
  readonly stdin: Chunks;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Rejects with an error whose `code` is IPVS_ABSENT when there is no IPVS, or that has an `errno`. */
  readonly openKernel: () => Promise<IpvsadmKernel>;
  readonly names: NameService;
  /** /proc/net/ip_vs_conn of this namespace. */
  readonly connections: () => Chunks;
}

/**
 * Runs one command line (without the program's name) and resolves with the exit status: 0 done, 1 nothing to list,
 * 2 refused by ipvsadm or no IPVS, 255 refused by the kernel or not understood.
 */
export const runIpvsadm = async (args: readonly string[], io: IpvsadmIo): Promise<number> => {
  const early = parseIpvsadm(args);
  if (early.kind === 'help' || early.kind === 'version') return printAbout(early.kind, io);
  let kernel: IpvsadmKernel | undefined;
  try {
    kernel = await io.openKernel();
    // ipvsadm asks for the version before it looks at its arguments; this is where a user who is not root is told.
    await kernel.info();
  } catch (error) {
    kernel?.close();
    io.stderr(cannotInitialize(error));
    return 2;
  }
  try {
    const run: Run = { io, kernel, learnt: new LearntNames(io.names), addressNames: new AddressNames(io.names) };
    const outcome = await understand(args, run);
    if (outcome.kind === 'refusal') {
      io.stderr(outcome.message);
      return outcome.exit;
    }
    return outcome.kind === 'restore' ? await restore(run) : await perform(outcome, run);
  } finally {
    kernel.close();
  }
};

export interface Run {
  readonly io: IpvsadmIo;
  readonly kernel: IpvsadmKernel;
  readonly learnt: LearntNames;
  readonly addressNames: AddressNames;
}

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
    case 'change': {
      const [failure] = await kernel.apply([command.operation]);
      if (failure === undefined) return 0;
      io.stderr(`${refusalText(command.operation.kind, failure.error)}\n`);
      return 255;
    }
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

const done = (): number => 0;

const printAbout = (what: 'help' | 'version', io: IpvsadmIo): number => {
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

const cannotInitialize = (error: unknown): string => {
  if (!(error instanceof Error)) throw error;
  const absent = 'code' in error && error.code === 'IPVS_ABSENT';
  const why = absent ? 'Protocol not available' : refusalText('list', error);
  return `Can't initialize ipvs: ${why}\nAre you sure that IP Virtual Server is built in the kernel or as module?\n`;
};

const list = async (command: Command & { kind: 'list' }, run: Run): Promise<number> => {
  const { io, kernel } = run;
  const { service, form, numeric, exact, sorted } = command;
  const output = new Output(io.stdout);
  let table: Awaited<ReturnType<IpvsKernel['table']>>;
  if (service === undefined) {
    output.write(formatTitle(await kernel.info()));
    table = await kernel.table();
    if (sorted) table = sortTable(table);
  } else {
    const entry = await kernel.service(service);
    if (entry === undefined) {
      io.stderr(`${noSuchService}\n`);
      return 1;
    }
    const destinations = await kernel.destinations(service);
    table = [{ service: entry, destinations: sorted ? sortDestinations(destinations) : destinations }];
  }
  const naming = await namingFor(table, numeric, run);
  for (const text of formatTable(table, { form, naming, exact })) output.write(text);
  output.end();
  return 0;
};

const save = async (numeric: boolean, run: Run): Promise<number> => {
  const table = sortTable(await run.kernel.table());
  const output = new Output(run.io.stdout);
  for (const text of saveTable(table, await namingFor(table, numeric, run))) output.write(text);
  output.end();
  return 0;
};

const namingFor = async (table: LvsTable, numeric: boolean, { addressNames }: Run): Promise<Naming> =>
  numeric ? numericNaming : addressNames.naming(addressesOf(table));

// Line by line: the table may have millions.
const listConnections = async (
  { numeric, engineData }: Command & { kind: 'list-connections' },
  { io, addressNames }: Run,
): Promise<number> => {
  const output = new Output(io.stdout);
  let header = true;
  try {
    for await (const lines of linesOf(io.connections())) {
      if (header) output.write(connectionsHeader(engineData));
      const entries = (header ? lines.slice(1) : lines).map(parseConnection);
      header = false;
      const known = entries.filter((entry) => entry !== undefined);
      const addresses = known.flatMap(({ client, virtual, server }) => [client, virtual, server].map((e) => e.address));
      const naming = numeric ? numericNaming : await addressNames.naming(addresses);
      for (const entry of known) output.write(formatConnection(entry, naming, engineData));
      if (known.length < entries.length) {
        output.end();
        io.stderr(`unexpected input from ${connectionsFile}\n`);
        return 1;
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    io.stderr(`cannot open file ${connectionsFile}\n`);
    return 1;
  }
  output.end();
  return 0;
};

const connectionsFile = '/proc/net/ip_vs_conn';
