// `vipward realserver up VIP...|down VIP...|status`: prepares a real server for direct routing, and undoes it.
import { type IpAddress, parseIp } from '@vipward/config/address';
import { RealserverError } from './errors.ts';
import { describe, perform, type RealserverEdges } from './perform.ts';
import { type Plan, planDown, planUp } from './plan.ts';
import { hostPrefix, type RealserverState, refusal } from './state.ts';
import { statusOf } from './status.ts';

export interface RealserverIo extends RealserverEdges {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

export const usage = `Usage: vipward realserver up VIP...        put the VIPs on lo, keep them quiet in ARP
       vipward realserver down VIP...      remove them; with the last one restore the ARP settings
       vipward realserver status [VIP...]  show what is there; exit status 0 when all is right, 1 when not
`;

/** Returns the exit status: 0 done (or status: right), 1 refused (or not right), 2 asked wrongly. */
export const runRealserver = async (argv: readonly string[], io: RealserverIo): Promise<number> => {
  try {
    return await command(argv, io);
  } catch (error) {
    const { code, message, exitStatus } = asRealserverError(error);
    io.stderr.write(`vipward realserver: ${message} [${code}]\n`);
    if (code === 'REALSERVER_USAGE') io.stderr.write(usage);
    return exitStatus;
  }
};

const command = async ([name, ...words]: readonly string[], io: RealserverIo): Promise<number> => {
  switch (name) {
    case 'up':
      return carryOut(planUp, words, io);
    case 'down':
      return carryOut(planDown, words, io);
    case 'status': {
      const { lines, right } = statusOf(await readState(io), words.map(readVip));
      for (const line of lines) io.stdout.write(`${line}\n`);
      return right ? 0 : 1;
    }
    case '-h':
    case '--help':
    case 'help':
      io.stdout.write(usage);
      return 0;
    default:
      throw new RealserverError(
        'REALSERVER_USAGE',
        name === undefined ? 'what shall be done?' : `unknown command ${name}`,
      );
  }
};

const carryOut = async (
  planFor: (state: RealserverState, vips: readonly IpAddress[]) => Plan,
  words: readonly string[],
  io: RealserverIo,
): Promise<number> => {
  if (words.length === 0) throw new RealserverError('REALSERVER_USAGE', 'which VIP?');
  const vips = words.map(readVip);
  const { actions, notes } = planFor(await readState(io), vips);
  await perform(actions, io);
  for (const line of [...notes, ...actions.flatMap((action) => describe(action) ?? [])]) io.stdout.write(`${line}\n`);
  if (actions.every(({ kind }) => kind === 'record')) io.stdout.write('nothing to change\n');
  return 0;
};

/** `10.0.0.1`, and `10.0.0.1/32` as people write it too. */
const readVip = (word: string): IpAddress => {
  const bad = (why: string) => new RealserverError('REALSERVER_BAD_ADDRESS', `${word}: ${why}`);
  const [text = '', prefix, ...rest] = word.split('/');
  const ip = parseIp(text);
  if (ip === undefined || rest.length > 0) throw bad('not an IPv4 or IPv6 address');
  if (prefix !== undefined && prefix !== String(hostPrefix(ip))) {
    throw bad(`a VIP on lo is a single address, /${hostPrefix(ip)}`);
  }
  const why = refusal(ip);
  if (why !== undefined) throw bad(`${why} cannot be a VIP`);
  return ip;
};

const readState = async ({ routeKernel, settings, records }: RealserverEdges): Promise<RealserverState> => {
  const links = await routeKernel.links();
  const addresses = await routeKernel.addresses();
  return {
    links,
    addresses,
    settings: {
      'net.ipv4.conf.all.arp_ignore': settings.read('net.ipv4.conf.all.arp_ignore'),
      'net.ipv4.conf.all.arp_announce': settings.read('net.ipv4.conf.all.arp_announce'),
      'net.ipv4.conf.lo.arp_ignore': settings.read('net.ipv4.conf.lo.arp_ignore'),
      'net.ipv4.conf.lo.arp_announce': settings.read('net.ipv4.conf.lo.arp_announce'),
    },
    record: records.read(),
  };
};

const asRealserverError = (error: unknown): RealserverError =>
  error instanceof RealserverError
    ? error
    : new RealserverError('REALSERVER_FAILED', error instanceof Error ? error.message : String(error), error);
