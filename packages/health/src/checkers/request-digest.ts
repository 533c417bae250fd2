// The MD5 digest of what a url answers, whatever its status: what `digest` of a url is compared with.
import type { CheckerCommon, HttpCheck } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { exchangePlain } from './http-plain.ts';

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
  const reply = await exchangePlain({ ...request, digest: true }, context);
  if (!reply.ok) return reply;
  const { status } = reply;
  // Chunks are hashed as they come, as keepalived does it.
  const digest = reply.rawDigest ?? reply.digest;
  return digest === undefined ? failure('digest', 'the reply was too long or too slow') : { ok: true, status, digest };
};
