// From ipvsadm's command line to what it means, or to the refusal that ipvsadm prints.
import type { Destination, Service, ServiceKey, SyncDaemon } from '@vipward/netlink';
import type { Command, TableForm } from './command.ts';
import { type Draft, newDraft, serviceFamily } from './draft.ts';
import { type CommandName, checkCombination } from './matrix.ts';
import { type Row, vocabulary } from './options.ts';
import { maxTimeout } from './readers.ts';
import { badOption, notACommand, refuse, type Stop } from './refusal.ts';
import { readSchedFlags } from './scheduler-flags.ts';
import { checkTunnelOptions, tunnelOf } from './tunnel.ts';
import { type KnownNames, noNames, readNumber } from './values.ts';
import { WordReader } from './words.ts';

/**
 * Reads one command line (without the program's name). Pure: a host or service name that is not in `names` comes back
 * as a `host-needed` or `port-needed`; look it up and call again. Nothing is thrown, whatever the words are.
 */
export const parseIpvsadm = (words: readonly string[], names: KnownNames = noNames): Command | Stop => {
  if (words.length === 0) return listCommand(newDraft());
  const reader = new WordReader(words, vocabulary);
  const first = reader.next();
  if (first.kind !== 'option' || !('command' in first.option)) return notACommand;
  const { command } = first.option;
  if (command === 'help' || command === 'version') return { kind: command };

  const draft = newDraft();
  const stop = takeValue(first.option, first.value, draft, names) ?? takeOptions(reader, draft, names);
  return stop ?? finish(command, draft, reader.leftovers);
};

const takeOptions = (reader: WordReader<Row>, draft: Draft, names: KnownNames): Stop | undefined => {
  for (;;) {
    const found = reader.next();
    switch (found.kind) {
      case 'end':
        return undefined;
      case 'bad':
        return badOption(found.word, found.complaint);
      case 'option': {
        const row = found.option;
        if ('command' in row) return refuse(`invalid option \`${found.word}'`);
        if (row.option !== undefined) {
          if (draft.given.has(row.option)) return refuse(`multiple '${row.option}' options specified`);
          draft.given.add(row.option);
        }
        const stop = takeValue(row, found.value, draft, names);
        if (stop) return stop;
      }
    }
  }
};

const takeValue = (row: Row, value: string | undefined, draft: Draft, names: KnownNames): Stop | undefined => {
  switch (row.value) {
    case 'none':
      return 'take' in row ? row.take?.(draft, undefined, names) : undefined;
    case 'required':
      return row.take(draft, value ?? '', names);
    case 'optional':
      return row.take(draft, value, names);
  }
};

// The checks in ipvsadm's order: extra words, scheduler flags, the matrix, then what belongs to the command.
const finish = (command: CommandName, draft: Draft, leftovers: string[]): Command | Stop => {
  const timeouts = command === 'set' ? readTimeouts(leftovers.splice(0, 3)) : undefined;
  if (timeouts && timeouts.kind !== 'set-timeouts') return timeouts;
  if (leftovers[0] !== undefined) return refuse(`unexpected argument ${leftovers[0]}`);
  const scheduler = draft.scheduler || 'wlc';
  const schedFlags = draft.schedFlags === undefined ? 0 : readSchedFlags(draft.schedFlags, scheduler);
  if (typeof schedFlags !== 'number') return schedFlags;
  const refusal = checkCombination(command, draft.given);
  if (refusal) return refusal;

  const { service, server } = draft;
  switch (command) {
    case 'add-service':
    case 'edit-service':
      return service
        ? serviceCommand(command, draft, { ...serviceFields(draft, service), scheduler, schedFlags })
        : impossible;
    case 'delete-service':
      return service ? { kind: 'change', operation: { kind: 'delete-service', service } } : impossible;
    case 'zero':
      return { kind: 'change', operation: { kind: 'zero', ...(service ? { service } : {}) } };
    case 'flush':
      return { kind: 'change', operation: { kind: 'flush' } };
    case 'add-server':
    case 'edit-server':
      return service && server ? serverCommand(command, draft, service, server) : impossible;
    case 'delete-server':
      if (!service || !server) return impossible;
      return { kind: 'change', operation: { kind: 'delete-destination', service, destination: server } };
    case 'list':
      return listCommand(draft);
    case 'save':
      return { kind: 'save', numeric: draft.given.has('numeric') };
    case 'restore':
      return { kind: 'restore' };
    case 'set':
      return timeouts ?? impossible;
    case 'start-daemon':
      return { kind: 'start-daemon', daemon: daemonRequest(draft) };
    case 'stop-daemon':
      return { kind: 'stop-daemon', daemon: draft.daemonKind };
  }
};

// The matrix has seen to it that what a command requires is there.
const impossible = notACommand;

const serviceFields = (draft: Draft, key: ServiceKey): Omit<Service, 'scheduler' | 'schedFlags'> => ({
  key,
  persistent: draft.persistent,
  onePacket: draft.given.has('ops'),
  timeout: draft.timeout,
  netmask: draft.netmask,
  engine: draft.engine,
});

const serviceCommand = (kind: 'add-service' | 'edit-service', draft: Draft, service: Service): Command | Stop => {
  const { key } = service;
  if (key.kind === 'address') {
    if (key.port === 0 && !draft.persistent) return refuse('Zero port specified for non-persistent service');
    if (service.onePacket && key.protocol !== 17) {
      return refuse('One-Packet Scheduling is only for UDP virtual services');
    }
  }
  return { kind: 'change', operation: { kind, service } };
};

const serverCommand = (
  command: 'add-server' | 'edit-server',
  draft: Draft,
  service: ServiceKey,
  server: NonNullable<Draft['server']>,
): Command | Stop => {
  if (server.address.family !== serviceFamily(service) && draft.forwarding !== 'tunnel') {
    return refuse('Different address family is allowed only for tunneling servers');
  }
  const refusal = checkTunnelOptions(draft);
  if (refusal) return refusal;
  // Only NAT can change the port: the others silently get the service's. A mark has no port, so there it stays.
  const port = service.kind === 'address' && draft.forwarding !== 'masq' ? service.port : server.port;
  const destination: Destination = {
    key: { address: server.address, port },
    forwarding: draft.forwarding,
    weight: draft.weight,
    upperThreshold: draft.upperThreshold,
    lowerThreshold: draft.lowerThreshold,
    ...(draft.forwarding === 'tunnel' ? { tunnel: tunnelOf(draft) } : {}),
  };
  const kind = command === 'add-server' ? 'add-destination' : 'edit-destination';
  return { kind: 'change', operation: { kind, service, destination } };
};

const forms: readonly TableForm[] = ['stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info'];

const listCommand = ({ given, service }: Draft): Command => {
  const numeric = given.has('numeric');
  if (given.has('connection')) return { kind: 'list-connections', numeric, engineData: given.has('persistent-conn') };
  if (given.has('timeout')) return { kind: 'list-timeouts' };
  if (given.has('daemon')) return { kind: 'list-daemons' };
  const form = forms.find((name) => name !== 'plain' && given.has(name)) ?? 'plain';
  const shape = { form, numeric, exact: given.has('exact'), sorted: !given.has('nosort') };
  return { kind: 'list', ...(service ? { service } : {}), ...shape };
};

const readTimeouts = (texts: readonly string[]): (Command & { kind: 'set-timeouts' }) | Stop => {
  if (texts.length < 3) return refuse('--set option requires 3 timeout values');
  const numbers = texts.map((text) => readNumber(text, 0, maxTimeout));
  const bad = numbers.indexOf(undefined);
  if (bad >= 0) return refuse(`invalid timeout value \`${texts[bad]}' specified`);
  const [tcp = 0, tcpFin = 0, udp = 0] = numbers;
  return { kind: 'set-timeouts', timeouts: { tcp, tcpFin, udp } };
};

const daemonRequest = (draft: Draft): SyncDaemon => ({
  kind: draft.daemonKind,
  syncId: draft.syncId,
  interfaceName: draft.multicastInterface,
  ...(draft.syncMaxLength === undefined ? {} : { maxLength: draft.syncMaxLength }),
  ...(draft.multicastGroup === undefined ? {} : { group: draft.multicastGroup }),
  ...(draft.multicastPort === undefined ? {} : { port: draft.multicastPort }),
  ...(draft.multicastTtl === undefined ? {} : { ttl: draft.multicastTtl }),
});
