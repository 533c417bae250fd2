// What TLS connections show and trust: the files of the SSL block, read once for each configuration.
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { SslSettings } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';

export type TlsContext = { readonly ok: true; readonly context: SecureContext } | CheckFailure;

/** Without an SSL block all connections share one: making one costs more than a handshake. */
let plain: TlsContext | undefined;
/** By the block itself, so that a reload reads the files again. */
const loaded = new WeakMap<SslSettings, Promise<TlsContext>>();

/** Files that cannot be used are trouble of this machine, tried again at the next check; keepalived does not start with them. */
export const tlsContext = async (ssl: SslSettings | undefined): Promise<TlsContext> => {
  if (ssl === undefined) {
    plain ??= { ok: true, context: createSecureContext({ ca: [] }) };
    return plain;
  }
  const known = loaded.get(ssl);
  if (known !== undefined) return known;
  const loading = load(ssl);
  loaded.set(ssl, loading);
  const result = await loading;
  if (!result.ok) loaded.delete(ssl);
  return result;
};

const load = async ({ certificate, key, password, ca }: SslSettings): Promise<TlsContext> => {
  try {
    const [certificateText, keyText, caText] = await Promise.all([read(certificate), read(key), read(ca)]);
    const context = createSecureContext({
      ...(certificateText !== undefined && { cert: certificateText }),
      // keepalived takes a file with both as well.
      ...((keyText ?? certificateText) !== undefined && { key: keyText ?? certificateText }),
      ...(password !== undefined && { passphrase: password }),
      ca: caText ?? [],
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
