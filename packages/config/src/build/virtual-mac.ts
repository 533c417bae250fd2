// use_vmac, use_ipvlan and auth_hmac: keywords of an instance whose words may stand in any order.
import { parseIp } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { AuthHmac, HmacKey, Ipvlan, Vmac } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { incomplete } from './trackers.ts';
import { argsOf, blocksOf, findAll, number, present, seconds, text } from './values.ts';
import { WordCursor } from './word-cursor.ts';

/** `[[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]`; over several lines too, but each part once. */
export const buildVmac = (block: Block, report: Report): Vmac | undefined => {
  const statements = findAll(block, 'use_vmac');
  if (statements.length === 0) return undefined;
  const args = statements.flatMap((statement) => statement.args);
  const cursor = new WordCursor(args, report);
  let vmac: Vmac = { netlinkNotify: false };
  for (let word = cursor.take(); word !== undefined; word = cursor.take()) {
    const mac = readMac(word.text);
    if (mac !== undefined) {
      if (vmac.mac === undefined) vmac = { ...vmac, mac };
      else cursor.fail(word, 'repeated-keyword', `"${word.text}" is a second address of the interface`);
    } else if (word.text === 'netlink_notify_msg') vmac = { ...vmac, netlinkNotify: true };
    else if (word.text === 'group') {
      const group = cursor.value(word)?.text;
      if (vmac.group === undefined) vmac = { ...vmac, ...present('group', group) };
      else cursor.fail(word, 'repeated-keyword', 'group is given again; the first one counts');
    } else vmac = { ...vmac, ...present('name', readName(word, vmac.name, cursor)) };
  }
  return vmac;
};

/** `[[name] IFNAME] [IP] [bridge|private|vepa] [group GROUP]` */
export const buildIpvlan = (block: Block, report: Report): Ipvlan | undefined => {
  const args = argsOf(block, 'use_ipvlan');
  if (args === undefined) return undefined;
  const cursor = new WordCursor(args, report);
  let ipvlan: Ipvlan = { mode: 'bridge' };
  for (let word = cursor.take(); word !== undefined; word = cursor.take()) {
    const { text: written } = word;
    const [host = '', length] = written.split('/');
    const address = parseIp(host);
    if (address !== undefined) {
      const prefixLength = readPrefix(length, address.bytes.length * 8);
      if (length !== undefined && prefixLength === undefined)
        cursor.fail(word, 'bad-prefix', `"${written}" has no prefix length of its family`);
      ipvlan = { ...ipvlan, address, ...present('prefixLength', prefixLength) };
    } else if (written === 'bridge' || written === 'private' || written === 'vepa')
      ipvlan = { ...ipvlan, mode: written };
    else if (written === 'group') ipvlan = { ...ipvlan, ...present('group', cursor.value(word)?.text) };
    else ipvlan = { ...ipvlan, ...present('name', readName(word, ipvlan.name, cursor)) };
  }
  return ipvlan;
};

// The name may stand after the word `name`, and only once.
const readName = (word: Word, before: string | undefined, cursor: WordCursor): string | undefined => {
  const name = word.text === 'name' ? cursor.value(word) : word;
  if (name === undefined) return before;
  if (before !== undefined) cursor.fail(name, 'repeated-keyword', `"${name.text}" is a second name of the interface`);
  else if (name.text.length > 15) cursor.fail(name, 'too-long', `"${name.text}" is longer than 15 characters`);
  else return name.text;
  return before;
};

const readPrefix = (written: string | undefined, longest: number): number | undefined =>
  written !== undefined && /^\d{1,3}$/.test(written) && Number(written) <= longest ? Number(written) : undefined;

// Six octets, or five: virtual_router_id is then the last.
const readMac = (written: string): Uint8Array | undefined => {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){4,5}$/.test(written)) return undefined;
  const octets = written.split(':').map((octet) => Number.parseInt(octet, 16));
  return Uint8Array.from(octets);
};

const SHORTEST_KEY = 32;
const LONGEST_KEY = 64;

/** Dropped unless active_key names one of its keys. */
export const buildAuthHmac = (instance: Block, report: Report): AuthHmac | undefined => {
  const last = blocksOf(instance, 'auth_hmac').at(-1);
  if (last === undefined) return undefined;
  const { statement, block } = last;
  const keys = buildKeys(block, report);
  const activeKey = number(block, 'active_key');
  if (activeKey === undefined || !keys.some(({ id }) => id === activeKey))
    return incomplete(statement, 'auth_hmac', 'active_key (the number of one of its keys)', report);
  const mode = text(block, 'mode');
  return {
    keys,
    activeKey,
    ...present('timeWindow', seconds(block, 'time_window')),
    antiReplay: text(block, 'anti_replay') === 'monotonic' ? 'monotonic' : 'time',
    mode: mode === 'permissive' || mode === 'receive-only' ? mode : 'enforce',
  };
};

const buildKeys = (block: Block, report: Report): readonly HmacKey[] => {
  const keys = new Map<number, HmacKey>();
  for (const statement of findAll(block, 'key')) {
    const key = readKey(statement, report);
    if (key === undefined) continue;
    if (keys.has(key.id))
      report(
        'error',
        'repeated-keyword',
        `key ${key.id} is given again; only the first one counts`,
        locationOf(statement.keyword),
      );
    else keys.set(key.id, key);
  }
  return [...keys.values()];
};

// `NUMBER TEXT`, `NUMBER hex:DIGITS` or `NUMBER file:PATH`
const readKey = ({ keyword, args }: Statement, report: Report): HmacKey | undefined => {
  const cursor = new WordCursor(args, report);
  const id = cursor.number(keyword, 1, 255);
  const word = id === undefined ? undefined : cursor.value(keyword);
  if (id === undefined || word === undefined) return undefined;
  if (word.text.startsWith('file:')) return { id, secret: { kind: 'file', path: word.text.slice(5) } };
  const bytes = word.text.startsWith('hex:') ? fromHex(word.text.slice(4)) : new TextEncoder().encode(word.text);
  if (bytes !== undefined && bytes.length >= SHORTEST_KEY && bytes.length <= LONGEST_KEY)
    return { id, secret: { kind: 'bytes', bytes } };
  return cursor.fail(
    word,
    'bad-value',
    `key ${id} must have ${SHORTEST_KEY} to ${LONGEST_KEY} bytes`,
    'hex:DIGITS, file:PATH or the key itself',
  );
};

/** Bytes of an even number of hexadecimal digits. */
export const fromHex = (digits: string): Uint8Array | undefined =>
  /^([0-9a-fA-F]{2})+$/.test(digits)
    ? Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
    : undefined;
