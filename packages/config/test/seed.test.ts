// The user's own files, to exact values. They live outside of the repository; without them their text is not known here.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import type { Checker, IpAddress } from '../src/index.ts';
import { parseIp } from '../src/index.ts';
import { FILE, findings, parse } from './support.ts';

const seed = (name: string): URL => new URL(`../../../../shared/seed/${name}`, import.meta.url);
const names = ['director-a.conf', 'director-b.conf', 'http-get-block.conf'];
const there = existsSync(seed('director-a.conf'));
const textOf = (name: string): string => readFileSync(seed(name), 'utf8');

const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};
const at = (line: number, column: number): { file: string; line: number; column: number } => ({
  file: FILE,
  line,
  column,
});

const check = (address: string, line: number, column: number): Checker => ({
  kind: 'TCP_CHECK',
  connectIp: ip(address),
  connectPort: 80,
  connectTimeout: 10_000,
  delayLoop: 6000,
  retry: 3,
  delayBeforeRetry: 3000,
  warmup: 6000,
  alpha: false,
  at: at(line, column),
});

const realServer = (
  address: string,
  place: readonly [number, number],
  checker: readonly [number, number],
): unknown => ({
  address: ip(address),
  port: 80,
  forwarding: { kind: 'DR' },
  weight: 100,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibitOnFailure: false,
  checkers: [check(address, ...checker)],
  at: at(...place),
});

const global = {
  routerId: 'LVS_DEVEL',
  enableScriptSecurity: false,
  notificationEmail: ['admin@example.com'],
  notificationEmailFrom: 'admin@example.com',
  smtpServer: { host: '127.0.0.1', port: 25 },
  smtpConnectTimeout: 30_000,
};

test('the files of the seed are whole where they are', () => {
  expect(names.filter((name) => existsSync(seed(name)))).toEqual(there ? names : []);
});

const withSeed = (): void => {
  test('director A is one instance and one service with two real servers', () => {
    expect(parse(textOf('director-a.conf')).config).toMatchObject({
      global,
      vrrpScripts: [],
      vrrpInstances: [
        {
          name: 'VI_1',
          state: 'BACKUP',
          interfaceName: 'eth0',
          virtualRouterId: 51,
          priority: 100,
          version: 2,
          advertInterval: 5000,
          nopreempt: true,
          preemptDelay: 0,
          garpMasterDelay: 5000,
          garpMasterRepeat: 5,
          authentication: { type: 'PASS', pass: '1111' },
          virtualAddresses: [{ address: ip('192.168.33.188'), prefixLength: 32, at: at(27, 9) }],
          trackInterfaces: [],
          trackScripts: [],
          unicastPeers: [],
          lvsSyncDaemonInterface: 'eth0',
          at: at(14, 1),
        },
      ],
      virtualServers: [
        {
          target: { kind: 'address', address: ip('192.168.33.188'), port: 80 },
          family: 4,
          protocol: 'TCP',
          scheduler: 'wrr',
          forwarding: { kind: 'DR' },
          delayLoop: 6000,
          onePacket: false,
          quorum: 1,
          hysteresis: 0,
          alpha: false,
          realServers: [realServer('192.168.33.12', [38, 5], [40, 9]), realServer('192.168.33.13', [47, 5], [49, 9])],
          at: at(31, 1),
        },
      ],
    });
  });

  test('director B has its own priority, scheduler, persistence and addresses', () => {
    const { config } = parse(textOf('director-b.conf'));
    expect(config.global).toMatchObject(global);
    expect(config.vrrpInstances).toMatchObject([
      {
        name: 'VI_1',
        state: 'BACKUP',
        priority: 90,
        advertInterval: 5000,
        nopreempt: false,
        virtualAddresses: [{ address: ip('192.168.33.11') }],
      },
    ]);
    expect(config.virtualServers).toMatchObject([
      {
        target: { address: ip('192.168.33.11'), port: 80 },
        scheduler: 'wlc',
        persistenceTimeout: 60,
        forwarding: { kind: 'DR' },
      },
    ]);
    expect(config.virtualServers[0]?.realServers).toEqual([
      realServer('192.168.33.130', [34, 3], [36, 5]),
      realServer('192.168.33.131', [44, 3], [46, 5]),
    ]);
  });

  test.each(['director-a.conf', 'director-b.conf'])(
    'in %s the misspelling and nb_get_retry are noted and taken',
    (name) => {
      const result = parse(textOf(name));
      const found = findings(result).map((finding) => finding.replace(/ \d.*/, ''));
      // connect_timeout 10 with delay_loop 6 is worth a note as well
      expect(found.toSorted()).toEqual([
        ...Array(3).fill('note deprecated-keyword'),
        ...Array(2).fill('note timer-without-effect'),
      ]);
    },
  );

  test('the HTTP check goes into a virtual server as it is', () => {
    const block = textOf('http-get-block.conf');
    const { config } = parse(
      `virtual_server 192.168.1.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\ndelay_loop 6\n${block}\n}`,
    );
    expect(config.virtualServers[0]?.realServers).toMatchObject([
      {
        address: ip('192.168.1.4'),
        weight: 100,
        checkers: [
          {
            kind: 'HTTP_GET',
            connectTimeout: 10_000,
            retry: 3,
            delayBeforeRetry: 3000,
            httpProtocol: '1.0',
            sni: false,
            urls: [{ path: '/monitor/warn.jsp', statusCodes: [{ from: 200, to: 200 }] }],
          },
        ],
      },
    ]);
  });

  test.each(['director-a.conf', 'director-b.conf', 'http-get-block.conf'])(
    'every beginning of %s is read without an exception',
    (name) => {
      const text = textOf(name);
      for (let length = 0; length <= text.length; length++) expect(() => parse(text.slice(0, length))).not.toThrow();
    },
  );
};

describeWith(needs('reference'), 'the files of the seed', withSeed);
