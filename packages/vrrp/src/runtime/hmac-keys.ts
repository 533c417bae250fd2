// The keys of auth_hmac: those in the configuration, and those in files, which are read at start and at every reload.
import { readFileSync, statSync } from 'node:fs';
import type { HmacKey, VrrpInstance } from '@vipward/config';
import type { HmacSecret } from '../advert/hmac.ts';
import { VrrpError } from './errors.ts';
import type { VrrpLog } from './log.ts';

const SHORTEST = 32;
const LONGEST = 64;
const OTHERS = 0o077;

/** Throws VrrpError when a file cannot be read or holds no key of 32 to 64 bytes; one that others may read is said. */
export const readHmacKeys = (instance: VrrpInstance, log: VrrpLog): readonly HmacSecret[] =>
  (instance.authHmac?.keys ?? []).map((key) => ({ id: key.id, bytes: readKey(instance, key, log) }));

const readKey = ({ name, at }: VrrpInstance, { id, secret }: HmacKey, log: VrrpLog): Uint8Array => {
  if (secret.kind === 'bytes') return secret.bytes;
  const { path } = secret;
  let text: Buffer;
  try {
    text = readFileSync(path);
    if ((statSync(path).mode & OTHERS) !== 0)
      log.warning(`(${name}) key ${id}: ${path} can be read by others: chmod 600`);
  } catch (error) {
    const reason = error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : String(error);
    throw new VrrpError('VRRP_HMAC_KEY', name, at, `key ${id} of auth_hmac: cannot read ${path}: ${reason}`, error);
  }
  const bytes = keyIn(text);
  if (bytes !== undefined && bytes.length >= SHORTEST && bytes.length <= LONGEST) return bytes;
  throw new VrrpError(
    'VRRP_HMAC_KEY',
    name,
    at,
    `key ${id} of auth_hmac: ${path} must hold ${SHORTEST} to ${LONGEST} bytes, or hex: and so many digits twice`,
  );
};

/** A line `hex:DIGITS`, or the bytes themselves; an end of line is no part of it. */
const keyIn = (content: Buffer): Uint8Array | undefined => {
  let end = content.length;
  while (end > 0 && (content[end - 1] === 0x0a || content[end - 1] === 0x0d)) end--;
  const line = content.subarray(0, end);
  const text = line.toString('latin1');
  if (!text.startsWith('hex:')) return Uint8Array.from(line);
  return /^hex:([0-9a-fA-F]{2})+$/.test(text) ? Uint8Array.from(Buffer.from(text.slice(4), 'hex')) : undefined;
};
