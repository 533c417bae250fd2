// global_defs, keywords of several words: each is read here into its own shape.
import { formatIp, type IpAddress, type IpFamily, parseIp } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { ExtraGarp, GlobalDefs, Ipsets, LvsSyncDaemon, LvsTimeouts, NotifyFifo, RxBufsPolicy } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { argsOf, at, find, findAll, present, valueIn } from './values.ts';
import { parseAnyBase, parseUnsigned, WordCursor } from './word-cursor.ts';

export const readGlobalWords = (block: Block, report: Report): Partial<GlobalDefs> => {
  const dynamic = findAll(block, 'dynamic_interfaces').filter(({ value }) => value !== undefined);
  const flush = argsOf(block, 'lvs_flush_on_stop');
  return {
    ...present(
      'dynamicInterfaces',
      // The option stays once it was given.
      dynamic.length === 0
        ? undefined
        : { allowIfChanges: dynamic.some(({ args }) => oneOf(args[0], ['allow_if_changes'], report) !== undefined) },
    ),
    ...present('lvsTimeouts', readTimeouts(block, report)),
    ...present<'lvsFlushOnStop', 'services' | 'all'>(
      'lvsFlushOnStop',
      flush && (oneOf(flush[0], ['VS'], report) === 'VS' ? 'services' : 'all'),
    ),
    ...present('lvsSyncDaemon', readSyncDaemon(argsOf(block, 'lvs_sync_daemon'), report)),
    ...present('vrrpGarpExtraIf', readExtraGarp(find(block, 'vrrp_garp_extra_if'), 1, report)),
    ...present('vrrpIptables', readChains(argsOf(block, 'vrrp_iptables'), report)),
    ...present('vrrpIpsets', readIpsets(argsOf(block, 'vrrp_ipsets'), report)),
    ...present('vrrpMcastGroup4', readGroupAddress(block, 'vrrp_mcast_group4', 4, report)),
    ...present('vrrpMcastGroup6', readGroupAddress(block, 'vrrp_mcast_group6', 6, report)),
    ...present('vrrpCpuAffinity', readCpus(argsOf(block, 'vrrp_cpu_affinity'), report)),
    ...present('checkerCpuAffinity', readCpus(argsOf(block, 'checker_cpu_affinity'), report)),
    ...present('bfdCpuAffinity', readCpus(argsOf(block, 'bfd_cpu_affinity'), report)),
    ...present('notifyFifo', readFifo(argsOf(block, 'notify_fifo'))),
    ...present('vrrpNotifyFifo', readFifo(argsOf(block, 'vrrp_notify_fifo'))),
    ...present('lvsNotifyFifo', readFifo(argsOf(block, 'lvs_notify_fifo'))),
    ...present('vrrpRxBufsPolicy', readRxBufs(block, report)),
    ...present('umask', readUmask(argsOf(block, 'umask'), report)),
  };
};

const LONGEST_TIMEOUT = 2_678_400;

// An optional word that can only be one of a few.
const oneOf = <T extends string>(word: Word | undefined, words: readonly T[], report: Report): T | undefined => {
  const found = words.find((text) => text === word?.text);
  if (word !== undefined && found === undefined)
    report('error', 'bad-value', `"${word.text}" is not known here`, locationOf(word), {
      hint: `it is one of ${words.join(', ')}`,
    });
  return found;
};

// Several lines add up; of each timeout the last one counts.
const readTimeouts = (block: Block, report: Report): LvsTimeouts | undefined => {
  const statements = findAll(block, 'lvs_timeouts');
  const timeouts: { tcp?: number; tcpFin?: number; udp?: number } = {};
  for (const { args } of statements) {
    const cursor = new WordCursor(args, report);
    for (let word = cursor.take(); word !== undefined; word = cursor.take()) {
      const name = oneOf(word, ['tcp', 'tcpfin', 'udp'], report);
      if (name === undefined) break;
      const seconds = cursor.number(word, 0, LONGEST_TIMEOUT);
      if (seconds !== undefined) timeouts[name === 'tcpfin' ? 'tcpFin' : name] = seconds * 1000;
    }
  }
  return statements.length === 0 ? undefined : timeouts;
};

const readSyncDaemon = (args: readonly Word[] | undefined, report: Report): LvsSyncDaemon | undefined => {
  const [first] = args ?? [];
  if (args === undefined || first === undefined) return undefined;
  if (first.text.length > 15) {
    report('error', 'too-long', `"${first.text}" is longer than 15 characters`, locationOf(first));
    return undefined;
  }
  let daemon: LvsSyncDaemon = { interfaceName: first.text };
  const cursor = new WordCursor(args.slice(1), report);
  for (let word = cursor.take(); word !== undefined; word = cursor.take()) {
    const { text } = word;
    if (text === 'id') daemon = { ...daemon, ...present('id', cursor.number(word, 0, 255)) };
    else if (text === 'maxlen') daemon = { ...daemon, ...present('maxLength', cursor.number(word, 1, 65_507)) };
    else if (text === 'port') daemon = { ...daemon, ...present('port', cursor.number(word, 1, 65_535)) };
    else if (text === 'ttl') daemon = { ...daemon, ...present('ttl', cursor.number(word, 1, 255)) };
    else if (text === 'group')
      daemon = { ...daemon, ...present('group', cursor.read(word, 'a multicast address', readMulticast)) };
    else if (text === 'inst') daemon = { ...daemon, ...present('instance', cursor.value(word)?.text) };
    else if (daemon.instance === undefined) daemon = { ...daemon, instance: text };
    else if (daemon.id === undefined && parseUnsigned(text) !== undefined)
      // IFNAME INSTANCE SYNCID, the form of old versions.
      daemon = { ...daemon, id: Number(text) };
    else cursor.fail(word, 'unknown-option', `"${text}" is not an option of lvs_sync_daemon`);
  }
  return daemon;
};

// IPv6 adverts never leave the link, so their group should not either.
const readGroupAddress = (
  block: Block,
  name: string,
  family: IpFamily,
  report: Report,
): GlobalDefs['vrrpMcastGroup4'] => {
  const statement = find(block, name);
  const group = valueIn(statement, 'ip')?.address;
  if (statement === undefined || group === undefined) return undefined;
  if (group.family !== family || !isAnyMulticast(group)) {
    const message = `${formatIp(group)} is not a multicast address of IPv${family}; it is ignored`;
    report('error', 'not-multicast', message, at(statement), {
      hint: family === 4 ? 'it is within 224.0.0.0 to 239.255.255.255' : 'it begins with ff02:',
    });
    return undefined;
  }
  if (family === 6 && ((group.bytes[1] ?? 0) & 0x0f) !== 2)
    report('warning', 'not-multicast', `${formatIp(group)} is not of the link (ff02::)`, at(statement), {
      hint: 'routers may carry its adverts to other links',
    });
  return group;
};

const isAnyMulticast = ({ family, bytes: [first = 0] }: IpAddress): boolean =>
  family === 4 ? first >= 224 && first < 240 : first === 0xff;

const readMulticast = (text: string): ReturnType<typeof parseIp> => {
  const address = parseIp(text);
  return address !== undefined && isAnyMulticast(address) ? address : undefined;
};

/** `[all] SECONDS` in any order; 0 turns it off where it may be written. */
export const readExtraGarp = (
  statement: Statement | undefined,
  least: 0 | 1,
  report: Report,
): ExtraGarp | undefined => {
  if (statement === undefined) return undefined;
  const { args } = statement;
  const all = args.some(({ text }) => text === 'all');
  const word = args.find(({ text }) => text !== 'all');
  if (word === undefined) {
    report('error', 'missing-value', 'seconds are missing here', locationOf(args[0] ?? statement.keyword));
    return undefined;
  }
  const seconds = parseUnsigned(word.text);
  if (seconds !== undefined && seconds >= least && seconds <= 86_400) return { interval: seconds * 1000, all };
  const code = seconds === undefined ? 'bad-number' : 'out-of-range';
  report('error', code, `"${word.text}" is not a number of seconds from ${least} to 86400`, locationOf(word));
  return undefined;
};

const LONGEST_CHAIN = 27;
const LONGEST_SET = 30;

const readChains = (args: readonly Word[] | undefined, report: Report): GlobalDefs['vrrpIptables'] | undefined => {
  if (args === undefined) return undefined;
  const [input, output] = args;
  if (input === undefined) return { input: 'INPUT', output: 'OUTPUT' };
  if (!areNames([input, ...(output === undefined ? [] : [output])], LONGEST_CHAIN, report)) return undefined;
  return { input: input.text, ...present('output', output?.text) };
};

// Names that are not given are made from those before them.
const readIpsets = (args: readonly Word[] | undefined, report: Report): Ipsets | false | undefined => {
  if (args === undefined) return undefined;
  const [first, ...others] = args;
  if (first === undefined) return false;
  if (!areNames(args, LONGEST_SET, report)) return undefined;
  const [address6, interface6, igmp, mld, neighbour] = others.map(({ text }) => text);
  const address = first.text;
  return {
    address,
    address6: address6 ?? `${address}6`,
    interface6: interface6 ?? `${address}_if6`,
    igmp: igmp ?? `${address}_igmp`,
    mld: mld ?? `${address}_mld`,
    neighbour: neighbour ?? `${address}_nd`,
  };
};

const areNames = (words: readonly Word[], longest: number, report: Report): boolean => {
  const long = words.find(({ text }) => text.length > longest);
  const twice = words.find(({ text }, i) => words.findIndex((other) => other.text === text) !== i);
  if (long !== undefined)
    report('error', 'too-long', `"${long.text}" is longer than ${longest} characters`, locationOf(long));
  else if (twice !== undefined)
    report('error', 'bad-value', `"${twice.text}" stands here twice; the names must differ`, locationOf(twice));
  return long === undefined && twice === undefined;
};

// One bad number empties the set.
const readCpus = (args: readonly Word[] | undefined, report: Report): readonly number[] | undefined => {
  if (args === undefined) return undefined;
  const bad = args.find(({ text }) => (parseUnsigned(text) ?? Number.POSITIVE_INFINITY) > 4095);
  if (bad === undefined) return args.map(({ text }) => Number(text));
  report('error', 'bad-number', `"${bad.text}" is not the number of a CPU`, locationOf(bad));
  return undefined;
};

const readFifo = (args: readonly Word[] | undefined): NotifyFifo | undefined => {
  const [path, user, group] = args ?? [];
  if (path === undefined) return undefined;
  const name = group?.text.replace(/^:/, '') ?? '';
  return { path: path.text, ...present('user', user && { user: user.text, ...present('group', name || undefined) }) };
};

// Several add up: a number goes before a policy, MTU before ADVERT.
const readRxBufs = (block: Block, report: Report): RxBufsPolicy | undefined => {
  const found = findAll(block, 'vrrp_rx_bufs_policy').flatMap(({ args }): readonly RxBufsPolicy[] =>
    args.flatMap((word): readonly RxBufsPolicy[] => {
      const bytes = parseUnsigned(word.text);
      if (bytes !== undefined) return [{ kind: 'bytes', bytes }];
      if (/^mtu$/i.test(word.text)) return [{ kind: 'mtu' }];
      if (/^advert$/i.test(word.text)) return [{ kind: 'advert' }];
      report('error', 'bad-value', `"${word.text}" is not MTU, ADVERT or a number of bytes`, locationOf(word));
      return [];
    }),
  );
  const kinds = new Set(found.map(({ kind }) => kind));
  const last = find(block, 'vrrp_rx_bufs_policy');
  if (kinds.size > 1 && last !== undefined)
    report('error', 'bad-value', 'several policies of receive buffers; one counts', locationOf(last.keyword), {
      hint: 'a number goes before MTU, and MTU before ADVERT',
    });
  for (const kind of ['bytes', 'mtu', 'advert']) {
    const policy = found.findLast((one) => one.kind === kind);
    if (policy !== undefined) return policy;
  }
  return undefined;
};

const WHO: Readonly<Record<string, number>> = { USR: 64, U: 64, GRP: 8, G: 8, OTH: 1, O: 1 };
const WHAT: Readonly<Record<string, number>> = { R: 4, W: 2, X: 1, RWX: 7 };

// A number in C's bases, or names of <sys/stat.h> without S_: IWGRP|IRWXO.
const readUmask = (args: readonly Word[] | undefined, report: Report): number | undefined => {
  const [word] = args ?? [];
  if (word === undefined) return undefined;
  const written = (args ?? []).map(({ text }) => text).join('');
  const bits = /^\d/.test(written) ? parseAnyBase(written) : sumBits(written.split('|'));
  if (bits !== undefined && bits <= 0o777) return bits;
  report('error', 'bad-value', `"${written}" is not a umask`, locationOf(word), {
    hint: 'such as 0177, or IXUSR|IRWXG|IRWXO',
  });
  return undefined;
};

const sumBits = (names: readonly string[]): number | undefined => {
  let bits = 0;
  for (const name of names) {
    const [, what = '', who = ''] = /^I(RWX|R|W|X)(USR|GRP|OTH|U|G|O)$/.exec(name) ?? [];
    const bit = (WHAT[what] ?? 0) * (WHO[who] ?? 0);
    if (bit === 0) return undefined;
    bits |= bit;
  }
  return bits;
};
