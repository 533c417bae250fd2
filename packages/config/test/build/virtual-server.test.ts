// virtual_server, real_server and checkers: defaults, inheritance, and what does not go together.
import { describe, expect, test } from '@jest/globals';
import { formatIp, type VirtualServer } from '../../src/index.ts';
import { codes, configOf, findings, parse } from '../support.ts';

const BASE = 'lb_algo rr\nlb_kind NAT\nprotocol TCP';
const REAL = 'real_server 10.0.0.2 80 {\n}';
const service = (lines: string, target = '10.0.0.1 80'): string => `virtual_server ${target} {\n${lines}\n}\n`;
const only = (text: string): VirtualServer | undefined => configOf(text).virtualServers[0];
const withCheck = (check: string, inServer = '', inReal = ''): string =>
  service(`${BASE}\n${inServer}\nreal_server 10.0.0.2 8080 {\n${inReal}\n${check}\n}`);
const checker = (text: string): unknown => only(text)?.realServers[0]?.checkers[0];

describe('a virtual server', () => {
  test('has the defaults of keepalived', () => {
    expect(only(service(`${BASE}\n${REAL}`))).toMatchObject({
      target: { kind: 'address', port: 80 },
      family: 4,
      protocol: 'TCP',
      scheduler: 'rr',
      forwarding: { kind: 'NAT' },
      delayLoop: 60_000,
      onePacket: false,
      quorum: 1,
      hysteresis: 0,
      alpha: false,
      realServers: [
        { port: 80, weight: 1, upperThreshold: 0, lowerThreshold: 0, inhibitOnFailure: false, checkers: [] },
      ],
    });
  });

  test('without protocol, scheduler and method takes UDP, wlc and NAT, and says so', () => {
    const text = service(REAL);
    expect(only(text)).toMatchObject({ protocol: 'UDP', scheduler: 'wlc', forwarding: { kind: 'NAT' } });
    expect(codes(text)).toEqual(['default-taken', 'default-taken', 'default-taken']);
  });

  test.each([
    ['quorum 5', { quorum: 1 }, ['warning quorum-too-high 5:1']],
    ['quorum 1\nhysteresis 1', { hysteresis: 0 }, ['warning hysteresis-too-high 6:1']],
    ['ops', { onePacket: false }, ['error ops-without-udp 5:1']],
    ['ops\nprotocol udp', { onePacket: true, protocol: 'UDP' }, []],
    ['lb_algo nosuch', { scheduler: 'rr' }, ['error bad-value 5:9']],
    ['lvs_sched wlc', { scheduler: 'wlc' }, []],
    ['lvs_method DR', { forwarding: { kind: 'DR' } }, []],
    ['delay_loop 6', { delayLoop: 6000 }, []],
    ['persistence_timeout', { persistenceTimeout: 360 }, []],
    ['persistence_timeout 60', { persistenceTimeout: 60 }, []],
    ['persistence_granularity 255.255.255.0', { persistenceTimeout: 360, persistenceMask: 0xffffff00 }, []],
    ['persistence_granularity 64', {}, ['error mixed-families 5:1']],
    ['persistence_engine sip', { persistenceEngine: 'sip' }, []],
    ['alpha', { alpha: true }, []],
    ['virtualhost a.b', { virtualHost: 'a.b' }, []],
    ['weight 7', { realServers: [{ weight: 7 }] }, []],
    ['inhibit_on_failure', { realServers: [{ inhibitOnFailure: true }] }, []],
  ])('with %j', (lines, expected, found) => {
    const result = parse(service(`${BASE}\n${lines}\n${REAL}`));
    expect(result.config.virtualServers[0]).toMatchObject(expected);
    expect(findings(result)).toEqual(found);
  });

  test('of IPv6 takes a prefix as granularity', () => {
    const text = service(`${BASE}\npersistence_granularity 64\nreal_server fd00::2 80 {\n}`, 'fd00::1 80');
    expect(only(text)).toMatchObject({ family: 6, persistenceMask: 64, persistenceTimeout: 360 });
  });

  test('without real servers is dropped', () => {
    expect(codes(service(BASE))).toEqual(['no-real-servers']);
    expect(configOf(service(BASE)).virtualServers).toEqual([]);
  });

  test.each(['10.0.0.300 80', '10.0.0.1 70000', 'fwmark x', 'name 80'])(
    '%s is no service, and its block is read over',
    (target) => {
      const result = parse(service(`${BASE}\n${REAL}`, target) + service(`${BASE}\n${REAL}`));
      expect(result.config.virtualServers.length).toBe(1);
      expect(result.diagnostics.length).toBe(1);
    },
  );

  test('for every port needs persistence', () => {
    const text = service(`${BASE}\nreal_server 10.0.0.2 {\n}`, '10.0.0.1');
    expect(only(text)).toMatchObject({ target: { port: 0 }, persistenceTimeout: 360, realServers: [{ port: 0 }] });
    expect(codes(text)).toEqual(['port-zero-without-persistence']);
  });

  test('of a firewall mark has no protocol, and its real servers a port only with NAT', () => {
    const text = service(`${BASE}\nreal_server fd00::2 80 {\nTCP_CHECK {\n}\n}`, 'fwmark 5');
    expect(only(text)).toMatchObject({
      target: { kind: 'fwmark', mark: 5 },
      family: 6,
      realServers: [{ port: 80, checkers: [{ connectPort: 80 }] }],
    });
    expect(only(text)?.protocol).toBeUndefined();
    expect(codes(text)).toEqual(['protocol-of-fwmark']);
  });

  test('given twice counts once, and both places are told', () => {
    const result = parse(service(`${BASE}\n${REAL}`).repeat(2));
    expect(result.config.virtualServers.length).toBe(1);
    expect(result.diagnostics).toMatchObject([
      { code: 'duplicate-virtual-server', at: { line: 8 }, related: [{ at: { line: 1 } }] },
    ]);
  });

  test('of a group that is not defined is dropped, with the name that was perhaps meant', () => {
    const text = `virtual_server_group web {\n10.0.0.1 80\n}\n${service(`${BASE}\n${REAL}`, 'group wep')}`;
    expect(parse(text).diagnostics).toMatchObject([{ code: 'unknown-server-group', hint: 'did you mean web?' }]);
    expect(parse(text).config.virtualServers).toEqual([]);
  });
});

describe('a real server', () => {
  test('given twice counts once, and both places are told', () => {
    const result = parse(service(`${BASE}\n${REAL}\n${REAL}`));
    expect(result.config.virtualServers[0]?.realServers.length).toBe(1);
    expect(result.diagnostics).toMatchObject([
      { code: 'duplicate-real-server', at: { line: 7 }, related: [{ at: { line: 5 } }] },
    ]);
  });

  test('of the other family is dropped, unless a tunnel carries it', () => {
    const text = service(`${BASE}\n${REAL}\nreal_server fd00::2 80 {\n}\nreal_server fd00::3 80 {\nlvs_method TUN\n}`);
    expect(codes(text)).toEqual(['mixed-families']);
    expect(only(text)?.realServers.map(({ address }) => formatIp(address))).toEqual(['10.0.0.2', 'fd00::3']);
  });

  test('with another port loses it where the method cannot change ports', () => {
    const text = service(`lb_algo rr\nlb_kind DR\nprotocol TCP\nreal_server 10.0.0.2 8080 {\nTCP_CHECK {\n}\n}`);
    expect(only(text)?.realServers).toMatchObject([{ port: 80, checkers: [{ connectPort: 8080 }] }]);
    expect(codes(text)).toEqual(['port-mismatch']);
    expect(only(withCheck(''))?.realServers).toMatchObject([{ port: 8080 }]);
  });

  test('has its own values before those of the service', () => {
    const own = 'weight 0\nuthreshold 9\nlthreshold 3\ninhibit_on_failure off\nvirtualhost own';
    expect(only(withCheck('', 'weight 5\ninhibit_on_failure\nvirtualhost theirs', own))?.realServers).toMatchObject([
      { weight: 0, upperThreshold: 9, lowerThreshold: 3, inhibitOnFailure: false, virtualHost: 'own' },
    ]);
  });
});

describe('a sorry server', () => {
  test.each([
    ['sorry_server 10.0.0.9', { port: 0, inhibit: false, forwarding: { kind: 'NAT' } }],
    [
      'sorry_server 10.0.0.9 81\nsorry_server_inhibit\nsorry_server_lvs_method DR',
      { port: 81, inhibit: true, forwarding: { kind: 'DR' } },
    ],
  ])('%j', (lines, expected) => {
    expect(only(service(`${BASE}\n${lines}\n${REAL}`))?.sorryServer).toMatchObject(expected);
  });

  test('must stand above the keywords that change it', () => {
    expect(codes(service(`${BASE}\nsorry_server_inhibit\nsorry_server 10.0.0.9\n${REAL}`))).toEqual(['wrong-order']);
  });

  test('of the other family is dropped', () => {
    const text = service(`${BASE}\nsorry_server fd00::9\n${REAL}`);
    expect(only(text)?.sorryServer).toBeUndefined();
    expect(codes(text)).toEqual(['mixed-families']);
  });
});

describe('checkers', () => {
  test.each([
    ['TCP_CHECK', '', { retry: 1, delayBeforeRetry: 1000 }],
    ['HTTP_GET', 'url {\npath /\n}', { retry: 1, delayBeforeRetry: 3000, httpProtocol: '1.0', sni: false }],
    ['SSL_GET', 'url {\npath /\n}', { retry: 1, delayBeforeRetry: 3000 }],
    ['MISC_CHECK', 'misc_path /bin/true', { retry: 0, delayBeforeRetry: 1000, timeout: 60_000, dynamic: false }],
  ])('%s has its own defaults', (kind, lines, expected) => {
    expect(checker(withCheck(`${kind} {\n${lines}\n}`))).toMatchObject({
      kind,
      connectPort: 8080,
      connectTimeout: 5000,
      delayLoop: 60_000,
      warmup: 60_000,
      alpha: false,
      ...expected,
    });
  });

  const SETTINGS = 'retry 4\ndelay_before_retry 5\nwarmup 6\nconnect_timeout 7\n';
  const FROM_SETTINGS = { retry: 4, delayBeforeRetry: 5000, warmup: 6000, connectTimeout: 7000 };

  test('take what is not given from the virtual server', () => {
    expect(checker(withCheck('TCP_CHECK {\n}', `${SETTINGS}delay_loop 9\nalpha`))).toMatchObject({
      ...FROM_SETTINGS,
      delayLoop: 9000,
      alpha: true,
    });
  });

  test('take it from the real server first', () => {
    const text = withCheck('TCP_CHECK {\n}', 'retry 9\ndelay_loop 9\nwarmup 1', `${SETTINGS}delay_loop 8\nalpha on`);
    expect(checker(text)).toMatchObject({ ...FROM_SETTINGS, delayLoop: 8000, alpha: true });
  });

  test('have their own values before both', () => {
    const text = withCheck(
      `TCP_CHECK {\n${SETTINGS}delay_loop 3\nconnect_port 443\nconnect_ip 10.0.0.7\nbindto 10.0.0.8\nbind_port 99\nbind_if eth1\nfwmark 5\nalpha off\n}`,
      'retry 9\nalpha',
    );
    expect(checker(text)).toMatchObject({
      ...FROM_SETTINGS,
      delayLoop: 3000,
      connectPort: 443,
      bindPort: 99,
      bindIf: 'eth1',
      fwmark: 5,
      alpha: false,
    });
  });

  test('start within one period unless warmup says otherwise', () => {
    expect(checker(withCheck('TCP_CHECK {\ndelay_loop 3\n}'))).toMatchObject({ warmup: 3000 });
  });

  test.each(['TCP_CHECK', 'HTTP_GET'])('nb_get_retry of %s is retry, with a note', (kind) => {
    const text = withCheck(`${kind} {\nnb_get_retry 3\n${kind === 'HTTP_GET' ? 'url {\npath /\n}' : ''}\n}`);
    expect(checker(text)).toMatchObject({ retry: 3 });
    expect(codes(text)).toEqual(['deprecated-keyword']);
  });

  test('bindto of the other family is ignored', () => {
    expect(codes(withCheck('TCP_CHECK {\nbindto fd00::1\n}'))).toEqual(['mixed-families']);
  });

  test('an HTTP check has its requests', () => {
    const text = withCheck(
      `SSL_GET {\nhttp_protocol 1.0c\nenable_sni\nvirtualhost c\nurl {\npath /a\nstatus_code 200 301-302\nstatus_code 404\ndigest ${'AB'.repeat(16)}\n}\nurl {\npath /b\nvirtualhost u\n}\n}`,
      'virtualhost v',
    );
    expect(checker(text)).toMatchObject({
      httpProtocol: '1.0C',
      sni: true,
      virtualHost: 'c',
      urls: [
        {
          path: '/a',
          virtualHost: 'c',
          statusCodes: [
            { from: 200, to: 200 },
            { from: 301, to: 302 },
            { from: 404, to: 404 },
          ],
          digest: 'ab'.repeat(16),
        },
        { path: '/b', virtualHost: 'u', statusCodes: [{ from: 200, to: 299 }] },
      ],
    });
  });

  test.each([
    ['HTTP_GET {\n}', ['checker-without-url']],
    ['HTTP_GET {\nurl {\n}\n}', ['url-without-path']],
    ['MISC_CHECK {\n}', ['script-without-command']],
  ])('%j is dropped', (check, found) => {
    expect(codes(withCheck(check)).toSorted()).toEqual([...found].toSorted());
    expect(only(withCheck(check))?.realServers[0]?.checkers).toEqual([]);
  });

  test('a script check has its command, account and time', () => {
    const text = withCheck(
      'MISC_CHECK {\nmisc_path "/c.sh a"\nmisc_timeout 3\nmisc_dynamic\nuser me them\n}',
      'delay_loop 6',
    );
    expect(checker(text)).toMatchObject({
      script: { argv: ['/c.sh', 'a'], user: { user: 'me', group: 'them' } },
      timeout: 3000,
      dynamic: true,
    });
    expect(checker(withCheck('MISC_CHECK {\nmisc_path /c\n}', 'delay_loop 6', 'delay_loop 2'))).toMatchObject({
      timeout: 6000,
    });
    expect(checker(withCheck('MISC_CHECK {\nmisc_path /c\nmisc_timeout 0\n}', 'delay_loop 6'))).toMatchObject({
      timeout: 6000,
    });
  });

  test.each([
    ['PING_CHECK {\nretry 3\n}', [{ kind: 'PING_CHECK', retry: 3, delayBeforeRetry: 1000 }]],
    [
      'DNS_CHECK {\ntype MX\nname example.com\ndelay_loop 7\n}',
      [{ kind: 'DNS_CHECK', type: 'MX', retry: 3, delayBeforeRetry: 7000 }],
    ],
    ['SMTP_CHECK {\nhelo_name me\n}', [{ kind: 'SMTP_CHECK', heloName: 'me' }]],
    [
      'SMTP_CHECK {\nretry 9\nhost {\nconnect_port 25\n}\nhost {\nconnect_port 26\n}\n}',
      [
        { connectPort: 25, retry: 9 },
        { connectPort: 26, retry: 9 },
      ],
    ],
    [
      'UDP_CHECK {\npayload 0a 0b\nrequire_reply 1X\n}',
      [{ kind: 'UDP_CHECK', requireReply: true, reply: [1, undefined] }],
    ],
    [
      'UDP_CHECK {\npayload Ab12f 3 456\nrequire_reply 1x 2\n}',
      [{ payload: Uint8Array.of(0xab, 0x12, 0x0f, 3, 0x45, 6), reply: [1, undefined, 0, 2] }],
    ],
  ])('of the kind %j stand in moreCheckers', (check, expected) => {
    expect(only(withCheck(check))?.realServers[0]).toMatchObject({ checkers: [], moreCheckers: expected });
  });
});

test('a BFD session that reports to VRRP alone cannot be a check', () => {
  const bfd = (word: string): string => `bfd_instance b {\nneighbor_ip 10.0.0.2\n${word}\n}\n`;
  const check = withCheck('BFD_CHECK {\nname b\n}');
  expect(codes(bfd('vrrp') + check)).toContain('bfd-not-reported');
  expect(only(bfd('vrrp') + check)?.realServers[0]?.moreCheckers ?? []).toEqual([]);
  for (const word of ['', 'checker', 'vrrp\nchecker'])
    expect(codes(bfd(word) + check)).not.toContain('bfd-not-reported');
});

test('a BFD session that cannot be is waited for by its check, as with keepalived', () => {
  const text = `bfd_instance b {\n}\n${withCheck('BFD_CHECK {\nname b\nalpha\n}')}`;
  expect(codes(text)).toEqual(['incomplete-definition']);
  expect(only(text)?.realServers[0]?.moreCheckers).toMatchObject([{ kind: 'BFD_CHECK', name: 'b', alpha: true }]);
});

test('a regex that JavaScript has nothing like is an error that names it', () => {
  const { diagnostics } = parse(withCheck('HTTP_GET {\nurl {\npath /\nregex "a++"\n}\n}'));
  expect(diagnostics.find(({ code }) => code === 'regex-not-possible')).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('++'),
  });
});
