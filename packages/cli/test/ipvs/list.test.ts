// The view of the table: shares, rates and health, as text, as JSON and on a screen.
import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import type { Asked, DaemonStatus } from '@vipward/daemon/control';
import type { DestinationEntry, LvsTable, ServiceEntry, Stats } from '@vipward/netlink';
import { figure, grid } from '../../src/ipvs/grid.ts';
import { type ListOptions, runList } from '../../src/ipvs/list.ts';
import { runStatus } from '../../src/ipvs/status.ts';
import type { Screen } from '../../src/ipvs/watch.ts';

const ip = (text: string) => parseIp(text) ?? { family: 4 as const, bytes: new Uint8Array(4) };

const stats = (n: number): Stats => ({
  connections: BigInt(n * 1000),
  inPackets: BigInt(n * 10_000),
  outPackets: 0n,
  inBytes: BigInt(n) * 10_000_000_000n,
  outBytes: 0n,
  cps: BigInt(n),
  inPps: BigInt(n * 10),
  outPps: 0n,
  inBps: BigInt(n * 5000),
  outBps: 0n,
});
const server = (n: number, active: number): DestinationEntry => ({
  key: { address: ip(`192.168.33.${n}`), port: 80 },
  forwarding: 'route',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  activeConnections: active,
  inactiveConnections: 0,
  persistentConnections: 0,
  stats: stats(1),
});
const service: ServiceEntry = {
  key: { kind: 'address', protocol: 6, address: ip('192.168.33.188'), port: 80 },
  scheduler: 'wlc',
  persistent: true,
  onePacket: false,
  schedFlags: 0,
  timeout: 60,
  netmask: 0xffffffff,
  engine: '',
  stats: stats(3),
};
// The figures of a director whose users see errors: one server takes nearly all.
const table: LvsTable<ServiceEntry, DestinationEntry> = [
  { service, destinations: [server(12, 1363), server(13, 2), server(14, 120)] },
];

const status: DaemonStatus = {
  version: '0.1.0',
  pid: 7,
  instances: [
    {
      name: 'VI_1',
      interfaceName: 'eth0',
      virtualRouterId: 51,
      version: 2,
      family: 4,
      role: 'backup',
      priority: 90,
      master: { address: '192.168.33.2', priority: 100 },
      advertsSent: 0,
      advertsReceived: 5,
      advertsRejected: {},
    },
  ],
  services: [
    {
      service: 'tcp 192.168.33.188:80',
      name: '[192.168.33.188]:tcp:80',
      quorum: 'up',
      sorryServer: { server: '192.168.33.200:80', inUse: false },
      realServers: [
        {
          server: '192.168.33.12:80',
          alive: true,
          weight: 1,
          checks: [{ kind: 'HTTP_GET', verdict: 'up', tried: true, failures: 0 }],
        },
        {
          server: '192.168.33.15:80',
          alive: false,
          weight: 2,
          checks: [
            {
              kind: 'HTTP_GET',
              verdict: 'down',
              tried: true,
              failures: 0,
              lastFailure: 'url(/) status 502, wanted 200',
            },
          ],
        },
      ],
    },
  ],
  bfdSessions: [],
  silent: [],
};

const absent: Asked = { kind: 'absent' };

const run = async (options: ListOptions, asked: Asked = absent, screen: Partial<Screen> = {}) => {
  const said = { out: '', error: '' };
  const plain: Screen = {
    terminal: false,
    size: () => ({ rows: 24, columns: 80 }),
    write: (text) => {
      said.out += text;
    },
    listen: () => () => {},
    wait: async () => {},
    ...screen,
  };
  const exit = await runList(options, {
    kernel: { table: async () => table },
    ask: async () => asked,
    out: plain.write,
    error: (text) => {
      said.error += text;
    },
    screen: plain,
  });
  return { exit, ...said };
};

describe('list', () => {
  test('shows each server with its part of the connections', async () => {
    const { exit, out } = await run({});
    expect(exit).toBe(0);
    expect(out).toBe(`tcp 192.168.33.188:80  wlc  persistent 60 s  1485 active + 0 inactive  3 conn/s
  Real server       Method  Weight  Active  Inactive  Share  Conn/s  Pkt/s in/out  Byte/s in/out
  192.168.33.12:80  DR           1    1363         0    92%       1        10 / 0         5k / 0
  192.168.33.13:80  DR           1       2         0     0%       1        10 / 0         5k / 0
  192.168.33.14:80  DR           1     120         0     8%       1        10 / 0         5k / 0
`);
  });

  test('has a server that health took out, with the reason', async () => {
    const { out } = await run({}, { kind: 'status', status });
    const lines = out.split('\n');
    expect(lines[0]).toContain('  quorum  ');
    expect(lines[2]).toMatch(/ {2}up$/);
    expect(lines[3]).toMatch(/ {2}-$/);
    expect(lines[5]).toMatch(/^ {2}192\.168\.33\.15:80 +out +2 +- .*down: HTTP_GET: url\(\/\) status 502, wanted 200$/);
  });

  test('--wide adds totals, thresholds and tunnels', async () => {
    const { out } = await run({ wide: true });
    expect(out.split('\n')[1]).toMatch(/Persist +Conns +Pkts in\/out +Bytes in\/out +Upper +Lower +Tunnel$/);
    expect(out).toContain('10G / 0');
  });

  test('--json has plain numbers', async () => {
    const { out } = await run({ json: true }, { kind: 'status', status });
    expect(JSON.parse(out)).toMatchObject({
      services: [
        {
          service: 'tcp 192.168.33.188:80',
          active: 1485,
          rates: { connections: 3, packetsIn: 30, bytesIn: 15_000 },
          servers: [
            { server: '192.168.33.12:80', inTable: true, share: 1363 / 1485, health: { state: 'up' } },
            { inTable: true },
            { inTable: true },
            { server: '192.168.33.15:80', inTable: false, health: { state: 'down' } },
          ],
        },
      ],
    });
  });

  test('works without the daemon, and says why it has no health', async () => {
    const { exit, error, out } = await run({}, { kind: 'failed', code: 'CONTROL_NO_ANSWER', message: 'no answer' });
    expect([exit, error]).toEqual([0, 'without health: no answer\n']);
    expect(out).not.toContain('Health');
    const { error: silent } = await run(
      {},
      { kind: 'status', status: { ...status, services: [], silent: ['checker'] } },
    );
    expect(silent).toBe('without health: the checker worker does not answer\n');
  });
});

describe('--watch', () => {
  /** Ends at the third wait. */
  const thrice = (): Partial<Screen> & { readonly gone: () => boolean } => {
    let waits = 0;
    let end = (): void => {};
    let listening = false;
    return {
      listen: (on) => {
        ({ end } = on);
        listening = true;
        return () => {
          listening = false;
        };
      },
      wait: async () => {
        waits += 1;
        if (waits === 3) end();
      },
      gone: () => !listening,
    };
  };

  test('prints one text after the other where there is no terminal', async () => {
    const screen = thrice();
    const { exit, out } = await run({ watch: true }, absent, screen);
    expect(exit).toBe(0);
    expect(out.match(/^tcp /gm)).toHaveLength(3);
    expect(out).not.toContain('\x1b');
    expect(screen.gone()).toBe(true);
  });

  test('prints one JSON object a line with --json', async () => {
    const { out } = await run({ watch: true, json: true }, absent, thrice());
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).services.length),
    ).toEqual([1, 1, 1]);
  });

  test('draws in place on a terminal, and puts it back at the end', async () => {
    const screen = thrice();
    const { out } = await run({ watch: true }, absent, { ...screen, terminal: true });
    expect(out.startsWith('\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H')).toBe(true);
    expect(out.endsWith('\x1b[?7h\x1b[?25h\x1b[?1049l')).toBe(true);
    expect(out.split('\x1b[H')).toHaveLength(4);
  });

  test('keeps to the height of the terminal', async () => {
    const size = () => ({ rows: 4, columns: 80 });
    const { out } = await run({ watch: true }, absent, { ...thrice(), terminal: true, size });
    expect(out).toContain('... 3 more lines');
    expect(out).not.toContain('192.168.33.14');
  });

  test('puts the terminal back when the kernel refuses, and lets the error through', async () => {
    let written = '';
    const screen: Screen = {
      terminal: true,
      size: () => ({ rows: 24, columns: 80 }),
      write: (text) => {
        written += text;
      },
      listen: () => () => {},
      wait: async () => {},
    };
    const kernel = {
      table: async () => {
        throw new Error('gone');
      },
    };
    const edges = { kernel, ask: async () => absent, out: screen.write, error: screen.write, screen };
    await expect(runList({ watch: true }, edges)).rejects.toThrow('gone');
    expect(written.endsWith('\x1b[?1049l')).toBe(true);
  });
});

describe('status', () => {
  const ask = async (asked: Asked, json = false) => {
    const said = { out: '', error: '' };
    const exit = await runStatus(
      { json, socket: '/run/x.sock' },
      {
        ask: async () => asked,
        out: (text) => {
          said.out += text;
        },
        error: (text) => {
          said.error += text;
        },
      },
    );
    return { exit, ...said };
  };

  test('tells of instances and servers', async () => {
    expect(await ask({ kind: 'status', status })).toEqual({
      exit: 0,
      error: '',
      out: `vipward 0.1.0, pid 7

Instance  State   Priority  Interface  VRID  Master
VI_1      BACKUP        90  eth0         51  192.168.33.2 (priority 100)

tcp 192.168.33.188:80  quorum  sorry server 192.168.33.200:80
  Real server       State  Weight  Why
  192.168.33.12:80  up          1
  192.168.33.15:80  DOWN        2  HTTP_GET: url(/) status 502, wanted 200
`,
    });
  });

  test('tells what operators said, what grows, who leaves, of panic, and whose fault a slow check is', async () => {
    const [service] = status.services;
    if (service === undefined) throw new Error('no service');
    const realServers = service.realServers.map((one, i) =>
      i === 0 ? { ...one, weight: 100, growing: 20 } : { ...one, condition: 'maintenance, by file' },
    );
    const leaving = [{ server: '192.168.33.16:80', left: 42 }];
    const answers = { count: 9, mean: 3.21, max: 4000 };
    const checks = { checks: 10, mean: 0.5, max: 120, answers };
    const services = [{ ...service, realServers, leaving, panic: true as const }];
    const { out } = await ask({ kind: 'status', status: { ...status, services, checks } });
    expect(out.split('\n').slice(5)).toEqual([
      'tcp 192.168.33.188:80  quorum  PANIC: failed checks take nobody out  sorry server 192.168.33.200:80',
      '  Real server       State                          Weight  Why',
      '  192.168.33.12:80  up                          20 of 100',
      '  192.168.33.15:80  DOWN, maintenance, by file          2  HTTP_GET: url(/) status 502, wanted 200',
      '  192.168.33.16:80  leaves                              0  no longer written; 42 s at most',
      '',
      '10 checks began 0.5 ms late on average, 120 ms at worst',
      '  servers answered in 3.2 ms on average, 4000 ms at worst',
      '',
    ]);
    const replaced = { ...service, panic: true as const, sorryServer: { server: '192.168.33.200:80', inUse: true } };
    const behind = await ask({ kind: 'status', status: { ...status, services: [replaced] } });
    expect(behind.out).toContain('quorum  PANIC  sorry server 192.168.33.200:80 IN USE\n');
  });

  test('tells what adverts were refused, and why', async () => {
    const refusing = status.instances.map((one) => ({ ...one, advertsRejected: { ttl: 2, 'auth-pass': 40 } }));
    const { out } = await ask({ kind: 'status', status: { ...status, instances: refusing } });
    expect(out).toContain('\n  VI_1 refused adverts: 40 auth-pass, 2 ttl\n');
  });

  test('names who uses the same VRID for something else', async () => {
    const refusedSources = [
      { address: '10.0.0.9', reason: 'address-missing', count: 40, sameVrid: true },
      { address: '10.0.0.8', reason: 'ttl', count: 2, sameVrid: false },
    ];
    const advertsRejected = { 'address-missing': 40, ttl: 2 };
    const instances = status.instances.map((one) => ({ ...one, advertsRejected, refusedSources }));
    const { out } = await ask({ kind: 'status', status: { ...status, instances } });
    expect(out).toContain(
      '\n  VI_1 refused adverts: 40 address-missing, 2 ttl, from 10.0.0.9 (40), 10.0.0.8 (2)\n' +
        '  VRID 51 on eth0 is used by 10.0.0.9 as well, otherwise than by VI_1 (address-missing)\n',
    );
  });

  test('prints JSON for tools', async () => {
    expect(JSON.parse((await ask({ kind: 'status', status }, true)).out)).toEqual(status);
  });

  test('has an exit status for each outcome', async () => {
    expect(await ask(absent)).toMatchObject({
      exit: 3,
      error: expect.stringContaining('no daemon listens at /run/x.sock'),
    });
    const odd = { kind: 'failed', code: 'CONTROL_NO_ANSWER', message: 'odd' } as const;
    expect(await ask(odd)).toMatchObject({ exit: 1, error: 'vipward: odd [CONTROL_NO_ANSWER]\n' });
  });
});

test.each([
  [0, '0'],
  [999, '999'],
  [1499, '1.4k'],
  [12_345, '12k'],
  [999_999, '999k'],
  [1e6, '1M'],
  [2.5e13, '25T'],
])('the figure of %d is %s', (value, text) => expect(figure(value)).toBe(text));

test('a grid without rows is its titles', () => {
  expect(grid([{ title: 'A' }, { title: 'B', right: true }], [])).toEqual(['A  B']);
});
