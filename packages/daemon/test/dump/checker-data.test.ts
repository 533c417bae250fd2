// The checkers' part of SIGUSR1, from a configuration and what the worker reports.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import type { CheckReport, VirtualServerReport } from '@vipward/health';
import { checkerLines } from '../../src/dump/checker-data.ts';

const text = `virtual_server 10.9.9.9 80 {
  delay_loop 2
  lb_algo wrr
  lb_kind DR
  protocol TCP
  persistence_timeout 50
  quorum_up "/bin/true up"
  sorry_server 10.9.9.7 80
  real_server 10.9.9.1 80 {
    weight 3
    inhibit_on_failure
    notify_up "/bin/true u"
    TCP_CHECK {
    }
  }
}
`;

const check: CheckReport = { kind: 'TCP_CHECK', verdict: 'down', tried: true, failures: 0 };
const report: VirtualServerReport = {
  service: 'tcp 10.9.9.9:80',
  name: '[10.9.9.9]:tcp:80',
  quorum: 'down',
  realServers: [{ server: '10.9.9.1:80', alive: false, weight: 3, checks: [check] }],
};

test('services, servers and checks stand as keepalived 2.2.7 writes them', () => {
  const { config } = parseConfig({ file: '/k', configId: 'a', read: memoryReader({ '/k': text }) });
  expect(checkerLines(config, [report])).toEqual([
    '------< LVS Topology >------',
    ' ------< Virtual server >------',
    ' VS VIP = 10.9.9.9, VPORT = 80',
    '   Address family = inet',
    '   delay_loop = 2.000000',
    '   lvs_sched = wrr',
    '   persistence timeout = 50',
    '   protocol = TCP',
    '   alpha is OFF',
    '   omega is OFF',
    '   quorum = 1, hysteresis = 0',
    "   Quorum up notify script = '/bin/true' 'up'",
    '   default forwarding method = DR',
    '   sorry server = [10.9.9.7]:tcp:80',
    '     forwarding method = DR',
    '     Inhibit on failure is OFF',
    '   alive = 1',
    '   quorum_state_up = 0',
    '   ------< Real server >------',
    '   RIP = 10.9.9.1, RPORT = 80, WEIGHT = 3 EFF WEIGHT = 3',
    '   forwarding method = DR',
    '   connection limit range = 0 -> 0',
    '   Inhibit on failure is ON',
    "     RS up notify script = '/bin/true' 'u'",
    '   initial weight = 3',
    '   effective weight = 3',
    '   alive = 0',
    '   num failed checkers = 1',
    '------< Health checkers >------',
    ' [10.9.9.9]:tcp:80 -> [10.9.9.1]:tcp:80',
    '   Up = no',
    '   Has run = yes',
    '   Retries iterations = 0',
    '   Keepalive method = TCP_CHECK',
  ]);
});
