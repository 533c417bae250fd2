// Makes the checks of standard input, a JSON list, and writes their results: for tests that need another namespace.
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { TcpCheck } from '@vipward/config';
import { systemClock } from '@vipward/sockets';
import { runCheck } from '../../src/checkers/check.ts';
import { dns, http, ip, ping, smtp, tcp, udp, url } from '../fixture.ts';

/** Addresses are text here; `saw` is what the server must have seen as its peer, by the kinds that can say so. */
export interface Wanted {
  readonly kind: 'TCP_CHECK' | 'HTTP_GET' | 'UDP_CHECK' | 'PING_CHECK' | 'DNS_CHECK' | 'SMTP_CHECK';
  readonly connectIp: string;
  readonly connectPort?: number;
  readonly bindTo?: string;
  readonly bindPort?: number;
  readonly bindIf?: string;
  readonly fwmark?: number;
  readonly saw?: string;
}

const checkOf = ({ kind, connectIp, bindTo, saw = '', ...rest }: Wanted) => {
  const more: Partial<Omit<TcpCheck, 'kind'>> = {
    ...rest,
    connectIp: ip(connectIp),
    connectTimeout: 1000,
    ...(bindTo !== undefined && { bindTo: ip(bindTo) }),
  };
  switch (kind) {
    case 'TCP_CHECK':
      return tcp(more);
    case 'HTTP_GET':
      return http({ ...more, urls: [url('/', { expectBody: saw })] });
    case 'UDP_CHECK': {
      const reply = [...Buffer.from(saw)].flatMap((byte) => [byte >> 4, byte & 15]);
      return udp({ ...more, requireReply: true, reply });
    }
    case 'PING_CHECK':
      return ping(more);
    case 'DNS_CHECK':
      return dns(more);
    case 'SMTP_CHECK':
      return smtp(more);
  }
};

const wanted: readonly Wanted[] = JSON.parse(await text(process.stdin));
const context = { clock: systemClock, signal: new AbortController().signal };
const results = [];
// One after the other, each after the socket of the one before is closed: some want the same source port.
for (const one of wanted) {
  results.push(await runCheck(checkOf(one), 0, context));
  await setTimeout(20);
}
process.stdout.write(JSON.stringify(results));
