// `-L`, `-S` and `-L -c`: reads from the kernel, looks up names unless -n, writes.
import type { IpvsKernel, LvsTable } from '@vipward/netlink';
import type { Command } from './command.ts';
import { connectionsHeader, formatConnection, parseConnection } from './connections.ts';
import type { Run } from './context.ts';
import { noSuchService } from './errors.ts';
import { linesOf, Output } from './lines.ts';
import { addressesOf, type Naming, numericNaming } from './naming.ts';
import { sortDestinations, sortTable } from './order.ts';
import { saveTable } from './save.ts';
import { formatTable, formatTitle } from './table.ts';

/** Resolves with the exit status: 1 when the one service asked for is not there. */
export const list = async (command: Command & { kind: 'list' }, run: Run): Promise<number> => {
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

export const save = async (numeric: boolean, run: Run): Promise<number> => {
  const table = sortTable(await run.kernel.table());
  const output = new Output(run.io.stdout);
  for (const text of saveTable(table, await namingFor(table, numeric, run))) output.write(text);
  output.end();
  return 0;
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

const namingFor = async (table: LvsTable, numeric: boolean, { addressNames }: Run): Promise<Naming> =>
  numeric ? numericNaming : addressNames.naming(addressesOf(table));
