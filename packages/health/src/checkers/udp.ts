// UDP_CHECK: nothing that comes back says the port is closed; with require_reply the answer must be the right one.
import type { UdpCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { askDatagram } from './datagram.ts';

/** What keepalived sends where no payload is written. */
const usualPayload = new TextEncoder().encode('keepalived check - keepalived ch');

/** Without require_reply any answer is good, and so is silence for connect_timeout: only an ICMP error is a failure. */
export const checkUdp = (checker: UdpCheck, context: CheckContext): Promise<CheckResult> =>
  askDatagram(
    checker,
    {
      port: checker.connectPort,
      bytes: checker.payload ?? usualPayload,
      judge: (reply) => (checker.requireReply ? judgeReply(checker, reply) : { ok: true }),
      silence: checker.requireReply ? failure('read-timeout', 'no reply in time') : { ok: true },
    },
    context,
  );

/** keepalived 2.2.7 looks at the length only where a pattern is given; the largest length of 255 is its own default. */
const usualLongest = 255;

/** The reply is compared as far as both it and the pattern go. */
export const judgeReply = (checker: UdpCheck, reply: Uint8Array): CheckResult => {
  const { minReplyLength, maxReplyLength, reply: pattern } = checker;
  const longest = pattern === undefined && maxReplyLength === usualLongest ? Number.POSITIVE_INFINITY : maxReplyLength;
  if (reply.length < minReplyLength || reply.length > longest) {
    return failure('reply', `reply of ${reply.length} bytes, wanted ${minReplyLength} to ${longest}`);
  }
  for (const [i, byte] of reply.entries()) {
    const high = pattern?.[2 * i];
    const low = pattern?.[2 * i + 1];
    if ((high !== undefined && high !== byte >> 4) || (low !== undefined && low !== (byte & 15))) {
      return failure('reply', `byte ${i + 1} of the reply is ${byte.toString(16).padStart(2, '0')}`);
    }
  }
  return { ok: true };
};
