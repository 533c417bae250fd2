// DNS_CHECK: a query over UDP must be answered without an error code; what the answer holds does not matter.
import { randomInt } from 'node:crypto';
import type { DnsCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { askDatagram } from './datagram.ts';
import { dnsQuery, readDnsReply } from './dns-message.ts';

/** As in keepalived an empty answer is good. Datagrams that are no answer to this query are not heard. */
export const checkDns = (checker: DnsCheck, context: CheckContext): Promise<CheckResult> => {
  const query = dnsQuery(randomInt(0x10000), checker.type, checker.name);
  if (query === undefined) return Promise.resolve(failure('malformed', `${checker.name} is no domain name`));
  return askDatagram(
    checker,
    {
      port: checker.connectPort,
      bytes: query,
      judge(datagram) {
        const code = readDnsReply(query, datagram);
        if (code === undefined) return undefined;
        return code === 0 ? { ok: true } : failure('reply', `read error occurred. (rcode = ${code})`);
      },
      silence: failure('read-timeout', 'read timeout from socket'),
    },
    context,
  );
};
