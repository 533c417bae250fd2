// The MD5 digest of what a url answers, whatever its status: what `digest` of a url is compared with.
import type { CheckerCommon, HttpCheck } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { exchangePlain } from './http-plain.ts';
import { exchangeUndici } from './http-undici.ts';

export interface DigestRequest {
  readonly target: CheckerCommon;
  readonly path: string;
  readonly host: string;
  readonly protocol: HttpCheck['httpProtocol'];
  readonly tls?: { readonly servername?: string };
}

export type Digest = { readonly ok: true; readonly status: number; readonly digest: string } | CheckFailure;

/** One request, with the bounds of a check (16 MB of body). */
export const requestDigest = async (request: DigestRequest, context: CheckContext): Promise<Digest> => {
  const exchange = request.protocol === '1.1' ? exchangeUndici : exchangePlain;
  const reply = await exchange({ ...request, digest: true }, context);
  if (!reply.ok) return reply;
  const { status, digest } = reply;
  return digest === undefined ? failure('digest', 'the reply was too long or too slow') : { ok: true, status, digest };
};
