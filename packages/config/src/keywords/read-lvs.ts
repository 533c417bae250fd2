// The values that only virtual servers have: services, forwarding methods, persistence masks, status codes.

import { parseIp } from '../address.ts';
import { choiceHint } from '../diagnose/hints.ts';
import type { Forwarding } from '../model.ts';
import { locationOf, type Word } from '../source/words.ts';
import { UINT32_MAX } from './grammar.ts';
import { parseInteger } from './read-number.ts';
import { argument, type ReadContext, readAddress, readPort } from './read-value.ts';
import type { Value } from './value.ts';

/** `IP [PORT]`, `fwmark MARK` or `group NAME`. */
export const readService = (context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  if (word.text === 'group') {
    const name = argument(context, 1);
    return name && { kind: 'service', target: { kind: 'group', name: name.text } };
  }
  if (word.text === 'fwmark') {
    const mark = argument(context, 1);
    if (mark === undefined) return undefined;
    const number = parseInteger(mark.text);
    if (number !== undefined && number >= 0 && number <= UINT32_MAX)
      return { kind: 'service', target: { kind: 'fwmark', mark: number } };
    context.report('error', 'bad-number', `"${mark.text}" is not a firewall mark`, locationOf(mark), {
      hint: `a mark is a number from 0 to ${UINT32_MAX}`,
    });
    return undefined;
  }
  const address = readAddress(word, context.report);
  if (address === undefined) return undefined;
  const port = context.args[1] === undefined ? 0 : readPort(context.args[1], 0, context.report);
  return port === undefined ? undefined : { kind: 'service', target: { kind: 'address', address, port } };
};

interface TunnelOptions {
  type: string;
  port?: number;
  checksum?: 'nocsum' | 'csum' | 'remcsum';
}

/** `NAT`, `DR`, or `TUN` with the kind of tunnel and what belongs to it. */
export const readForwarding = (context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  if (word.text === 'NAT' || word.text === 'DR') {
    const more = context.args[1];
    if (more !== undefined) bad(more, `"${more.text}" is not an option of ${word.text}; only TUN has options`, context);
    return { kind: 'forwarding', forwarding: { kind: word.text } };
  }
  if (word.text !== 'TUN') {
    const hint = choiceHint(word.text, ['NAT', 'DR', 'TUN']);
    context.report('error', 'bad-value', `"${word.text}" is not known for ${context.keyword.text}`, locationOf(word), {
      hint,
    });
    return undefined;
  }
  const options = readTunnelOptions(context);
  const forwarding = options && tunnel(options, word, context);
  return forwarding && { kind: 'forwarding', forwarding };
};

const readTunnelOptions = (context: ReadContext): TunnelOptions | undefined => {
  const { args, report } = context;
  const options: TunnelOptions = { type: 'ipip' };
  for (let i = 1; i < args.length; i++) {
    const word = args[i];
    if (word === undefined) break;
    if (word.text === 'type' || word.text === 'port') {
      const value = argument(context, ++i);
      if (value === undefined) return undefined;
      if (word.text === 'type') options.type = value.text;
      else {
        const port = readPort(value, 1, report);
        if (port === undefined) return undefined;
        options.port = port;
      }
    } else if (word.text === 'nocsum' || word.text === 'csum' || word.text === 'remcsum') options.checksum = word.text;
    else return bad(word, `"${word.text}" is not an option of TUN`, context);
  }
  return options;
};

const tunnel = ({ type, port, checksum }: TunnelOptions, word: Word, context: ReadContext): Forwarding | undefined => {
  switch (type) {
    case 'ipip':
      if (port !== undefined) return bad(word, 'an ipip tunnel has no port; only gue has one', context);
      return checksum === undefined
        ? { kind: 'TUN', tunnel: 'ipip' }
        : bad(word, 'an ipip tunnel has no checksum option', context);
    case 'gue':
      return port === undefined
        ? bad(word, 'a gue tunnel needs a port', context)
        : { kind: 'TUN', tunnel: 'gue', port, checksum: checksum ?? 'nocsum' };
    case 'gre':
      if (port !== undefined) return bad(word, 'a gre tunnel has no port; only gue has one', context);
      return checksum === 'remcsum'
        ? bad(word, 'a gre tunnel has no remcsum', context)
        : { kind: 'TUN', tunnel: 'gre', checksum: checksum ?? 'nocsum' };
    default:
      return bad(word, `"${type}" is not a tunnel type (ipip, gue, gre)`, context);
  }
};

/** An IPv4 netmask as a number in host order, or an IPv6 prefix length. */
export const readPersistenceMask = (context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  if (word.text.includes('.')) {
    const bytes = parseIp(word.text)?.bytes;
    const mask = bytes?.reduce((number, byte) => number * 256 + byte, 0);
    if (mask !== undefined && isMask(mask)) return { kind: 'persistence-mask', family: 4, mask };
    return bad(word, `"${word.text}" is not a netmask`, context, MASKS);
  }
  const prefix = parseInteger(word.text);
  if (prefix !== undefined && prefix >= 1 && prefix <= 128)
    return { kind: 'persistence-mask', family: 6, mask: prefix };
  return bad(word, `"${word.text}" is neither a netmask nor a prefix length (1 to 128)`, context, MASKS);
};

// Ones, then zeros; not zero altogether.
const isMask = (mask: number): boolean => mask !== 0 && Number.isInteger(Math.log2(UINT32_MAX + 1 - mask));

/** `200`, `200-299`, several of them, each within 100 to 599. */
export const readStatusCodes = (context: ReadContext): Value | undefined => {
  if (argument(context, 0) === undefined) return undefined;
  const ranges = context.args.flatMap((word) => {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(word.text);
    const from = Number(match?.[1] ?? 0);
    const to = Number(match?.[2] ?? from);
    if (from >= 100 && to <= 599 && from <= to) return [{ from, to }];
    bad(
      word,
      `"${word.text}" is not a status code or range within 100 to 599`,
      context,
      from > to && to > 0 ? `the lower one comes first: ${to}-${from}` : undefined,
    );
    return [];
  });
  return ranges.length === 0 ? undefined : { kind: 'status-codes', ranges };
};

const MASKS = 'such as 255.255.255.0 for IPv4, or 64 for IPv6';

const bad = (word: Word, message: string, { report }: ReadContext, hint?: string): undefined => {
  report('error', 'bad-value', message, locationOf(word), hint === undefined ? {} : { hint });
};
