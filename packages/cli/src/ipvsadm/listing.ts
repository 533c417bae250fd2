// `-L`, `-S` and `-L -c`: reads from the kernel, looks up names unless -n, writes.
import type { DestinationEntry, ServiceEntry } from '@vipward/netlink';
import type { Command } from './command.ts';
import { connectionsHeader, formatConnection, parseConnection } from './connections.ts';
import type { Run } from './context.ts';
import { noSuchService } from './errors.ts';
import { linesOf, Output } from './lines.ts';
import { addressesOf, type Naming, numericNaming } from './naming.ts';
import { sortDestinations, sortRows, sortServices } from './order.ts';
import { writeRows } from './row-lines.ts';
import { saveDestination, savedRow, saveService } from './save.ts';
import { formatDestination, formatHeader, formatService, formatTitle, plainRow } from './table.ts';

/** Resolves with the exit status: 1 when the one service asked for is not there. */
export const list = async (command: Command & { kind: 'list' }, run: Run): Promise<number> => {
  const { io, kernel } = run;
  const { service, form, numeric, exact, sorted } = command;
  const output = new Output(io.stdout);
  let services: readonly ServiceEntry[];
  if (service === undefined) {
    output.write(formatTitle(await kernel.info()));
    services = await kernel.services();
  } else {
    const entry = await kernel.service(service);
    if (entry === undefined) {
      io.stderr(`${noSuchService}\n`);
      return 1;
    }
    services = [entry];
  }
  output.write(formatHeader(form));
  await writeTable(services, run, output, {
    numeric,
    sorted,
    service: (entry, naming) => formatService(entry, { form, naming, exact }),
    server: (entry, server, naming) => formatDestination(entry, server, { form, naming, exact }),
    row: () => (form === 'plain' ? plainRow : undefined),
  });
  return 0;
};

export const save = async (numeric: boolean, run: Run): Promise<number> => {
  const output = new Output(run.io.stdout);
  await writeTable(await run.kernel.services(), run, output, {
    numeric,
    sorted: true,
    service: saveService,
    server: saveDestination,
    row: savedRow,
  });
  return 0;
};

interface Layout {
  readonly numeric: boolean;
  readonly sorted: boolean;
  service(entry: ServiceEntry, naming: Naming): string;
  server(entry: ServiceEntry, server: DestinationEntry, naming: Naming): string;
  /** The line of a server that comes as a row, where rows have all that it says. */
  row(entry: ServiceEntry): Parameters<typeof writeRows>[2] | undefined;
}

// Service by service: what is in memory is one of them.
const writeTable = async (
  services: readonly ServiceEntry[],
  run: Run,
  output: Output,
  layout: Layout,
): Promise<void> => {
  const { kernel, addressNames } = run;
  const { numeric, sorted } = layout;
  for (const entry of sorted ? sortServices(services) : services) {
    const line = numeric && sorted ? layout.row(entry) : undefined;
    if (kernel.rows !== undefined && line !== undefined) {
      const rows = await kernel.rows(entry.key);
      if (rows.complete) {
        output.write(layout.service(entry, numericNaming));
        writeRows(rows, sortRows(rows), line, output);
        continue;
      }
    }
    const listed = await kernel.destinations(entry.key);
    const servers = sorted ? sortDestinations(listed) : listed;
    const naming = numeric
      ? numericNaming
      : await addressNames.naming(addressesOf([{ service: entry, destinations: servers }]));
    output.write(layout.service(entry, naming));
    for (const server of servers) output.write(layout.server(entry, server, naming));
  }
  output.end();
};

// Line by line: the table may have millions.
export const listConnections = async (
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
