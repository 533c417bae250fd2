// What TLS connections show and trust: the files of the SSL block, read once for each configuration.
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { SslSettings } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';

export type TlsContext = { readonly ok: true; readonly context: SecureContext } | CheckFailure;

/** Without an SSL block all connections share one: making one costs more than a handshake. */
const plain = new Map<boolean, TlsContext>();
/** By the block itself, so that a reload reads the files again. */
const loaded = {
  verifying: new WeakMap<SslSettings, Promise<TlsContext>>(),
  other: new WeakMap<SslSettings, Promise<TlsContext>>(),
};

/**
 * `verifies`: without a ca of its own the system's authorities are trusted. Files that cannot be used are trouble of this
 * machine, tried again at the next check; keepalived does not start with them.
 */
export const tlsContext = async (ssl: SslSettings | undefined, verifies: boolean): Promise<TlsContext> => {
  if (ssl === undefined) {
    const made = plain.get(verifies) ?? { ok: true, context: createSecureContext({ ca: authorities(verifies) }) };
    plain.set(verifies, made);
    return made;
  }
  const contexts = verifies ? loaded.verifying : loaded.other;
  const known = contexts.get(ssl);
  if (known !== undefined) return known;
  const loading = load(ssl, verifies);
  contexts.set(ssl, loading);
  const result = await loading;
  if (!result.ok) contexts.delete(ssl);
  return result;
};

/** Those of the machine; Node's own list where it has none. */
const authorities = (verifies: boolean): string[] => {
  if (!verifies) return [];
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
};

const load = async ({ certificate, key, password, ca }: SslSettings, verifies: boolean): Promise<TlsContext> => {
  try {
    const [certificateText, keyText, caText] = await Promise.all([read(certificate), read(key), read(ca)]);
    const context = createSecureContext({
      ...(certificateText !== undefined && { cert: certificateText }),
      // keepalived takes a file with both as well.
      ...((keyText ?? certificateText) !== undefined && { key: keyText ?? certificateText }),
      ...(password !== undefined && { passphrase: password }),
      ca: caText ?? authorities(verifies),
    });
    return { ok: true, context };
  } catch (error) {
    const why = isError(error) ? error.message : String(error);
    return failure('local', `the files of the SSL block cannot be used: ${why}`);
  }
};

const read = async (path: string | undefined): Promise<Buffer | undefined> =>
  path === undefined ? undefined : readFile(path);

const isError = (error: unknown): error is { readonly message: string } =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
