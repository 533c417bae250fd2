// drain, undrain and maintenance on the command line: every way to name a server, every exit status.
import { describe, expect, test } from '@jest/globals';
import type { Asked, DaemonStatus, Order, Ordered } from '@vipward/daemon/control';
import { main, type OperateOptions } from '../../src/operate/main.ts';
import { readNames } from '../../src/operate/names.ts';

const named = { service: 'tcp 192.168.33.188:80', server: '192.168.33.12:80' };

describe('names', () => {
  test.each([
    [[], { tcpService: '192.168.33.188:80', realServer: '192.168.33.12:80' }, named],
    [['tcp:192.168.33.188:80', '192.168.33.12:80'], {}, named],
    [['tcp', '192.168.33.188:80', '192.168.33.12:80'], {}, named],
    [['tcp 192.168.33.188:80', '192.168.33.12:80'], {}, named],
    [['192.168.33.188:80', '192.168.33.12'], {}, { service: '192.168.33.188:80', server: '192.168.33.12' }],
    [['192.168.33.12'], { fwmarkService: '7' }, { service: 'fwmark 7', server: '192.168.33.12' }],
    [['fwmark:7', '192.168.33.12'], {}, { service: 'fwmark 7', server: '192.168.33.12' }],
    [['192.168.33.12'], {}, { service: undefined, server: '192.168.33.12' }],
    [['2001:db8::2'], {}, { service: undefined, server: '[2001:db8::2]' }],
    [[], { realServer: '192.168.33.12:80' }, { service: undefined, server: '192.168.33.12:80' }],
    [['UDP:[2001:DB8:0::1]:53', '2001:db8::2'], {}, { service: 'udp [2001:db8::1]:53', server: '[2001:db8::2]' }],
  ])('%j with %j', (words, options, names) => {
    expect(readNames(words, options)).toEqual(names);
  });

  test.each([
    [[], {}, 'which service?'],
    [['192.168.33.188:80'], {}, 'which real server?'],
    [[], { realServer: 'www' }, 'www is no real server'],
    [['www', 'a'], {}, 'www is no service'],
    [['192.168.33.188:80', 'www'], {}, 'www is no real server'],
    [['192.168.33.188:80', '192.168.33.12', 'more'], {}, 'what is more?'],
    [['192.168.33.12'], { tcpService: 'a', udpService: 'b' }, 'one service at a time'],
    [['192.168.33.188:99999', '192.168.33.12'], {}, 'is no service'],
  ])('%j with %j are refused', (words, options, message) => {
    expect(readNames(words, options)).toEqual(expect.stringContaining(message));
  });
});

const socket = '/run/keepalived.sock';

const run = async (
  verb: 'drain' | 'undrain' | 'maintenance',
  words: readonly string[],
  answer: Ordered,
  options: Partial<OperateOptions> = {},
  asked: Asked = { kind: 'absent' },
) => {
  const orders: Order[] = [];
  let out = '';
  let error = '';
  const status = await main(
    verb,
    words,
    { socket, ...options },
    {
      ask: async (_, order) => {
        orders.push(order);
        return answer;
      },
      status: async () => asked,
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
    },
  );
  return { status, orders, out, error };
};

const done: Ordered = {
  kind: 'done',
  done: { ok: true, ...named, changed: true, condition: 'drain', notes: ['the service has no quorum now'] },
};
const both = [named.service, named.server];

describe('the commands', () => {
  test('say what became of it', async () => {
    expect(await run('drain', both, done)).toEqual({
      status: 0,
      orders: [{ action: 'drain', ...named }],
      out: '192.168.33.12:80 of tcp 192.168.33.188:80: drain\n  the service has no quorum now\n',
      error: '',
    });
    const after: Ordered = { kind: 'done', done: { ok: true, ...named, changed: false, condition: '', notes: [] } };
    expect((await run('undrain', both, after)).out).toBe(
      '192.168.33.12:80 of tcp 192.168.33.188:80: in service, as before\n',
    );
    expect(JSON.parse((await run('undrain', both, after, { json: true })).out)).toMatchObject({ condition: '' });
  });

  test('maintenance is on unless off is said', async () => {
    const actions = await Promise.all(
      [both, ['on', ...both], ['off', ...both]].map(async (words) => (await run('maintenance', words, done)).orders),
    );
    expect(actions.flat().map(({ action }) => action)).toEqual(['maintenance-on', 'maintenance-on', 'maintenance-off']);
  });

  test.each<[Ordered, number, string]>([
    [
      { kind: 'failed', code: 'CONTROL_NO_ANSWER', message: 'no answer within 10000 ms' },
      1,
      '10000 ms [CONTROL_NO_ANSWER]',
    ],
    [
      { kind: 'absent' },
      3,
      'start it, or name its socket with --socket if its pid file is another one [CONTROL_NO_DAEMON]',
    ],
    [
      { kind: 'refused', code: 'ORDER_UNKNOWN_SERVER', message: 'no real server; there is 5.6.7.8:80' },
      4,
      '5.6.7.8:80 [ORDER_UNKNOWN_SERVER]',
    ],
  ])('%j ends with %i', async (answer, status, text) => {
    expect(await run('drain', both, answer)).toMatchObject({ status, error: expect.stringContaining(text) });
  });

  test('ask nobody for names that are none', async () => {
    expect(await run('drain', ['www', 'x'], done)).toMatchObject({
      ...{ status: 2, orders: [] },
      error: expect.stringMatching(/^vipward drain: www is no service.* \[COMMAND_USAGE\]\n$/),
    });
  });
});

describe('a real server without a service', () => {
  const server = (name: string) => ({ server: name, alive: true, weight: 1, checks: [] });
  const service = (name: string, ...servers: string[]) =>
    ({ service: name, name, quorum: 'up', realServers: servers.map(server) }) as const;
  const status: DaemonStatus = {
    version: '1',
    pid: 1,
    instances: [],
    bfdSessions: [],
    silent: [],
    services: [
      service('tcp 10.0.0.1:80', '192.168.33.12:80', '192.168.33.13:80'),
      service('tcp 10.0.0.1:443', '192.168.33.12:443'),
      service('udp 10.0.0.1:53', '192.168.33.1:53'),
    ],
  };
  const asked: Asked = { kind: 'status', status };

  test('is meant in every service that has it', async () => {
    const { orders, ...result } = await run('maintenance', ['192.168.33.12'], done, {}, asked);
    expect(orders).toEqual([
      { action: 'maintenance-on', service: 'tcp 10.0.0.1:80', server: '192.168.33.12:80' },
      { action: 'maintenance-on', service: 'tcp 10.0.0.1:443', server: '192.168.33.12:443' },
    ]);
    expect(result).toMatchObject({ status: 0, error: '' });
    expect(result.out.match(/: drain\n/g)).toHaveLength(2);
  });

  test('is an array for tools', async () => {
    const { out } = await run('drain', ['192.168.33.12'], done, { json: true }, asked);
    expect(JSON.parse(out)).toMatchObject([{ condition: 'drain' }, { condition: 'drain' }]);
  });

  test('that stands nowhere is an error, and so is no daemon', async () => {
    expect(await run('drain', ['192.168.33.99'], done, {}, asked)).toMatchObject({
      status: 4,
      orders: [],
      error:
        'vipward drain: no virtual server has a real server 192.168.33.99; ' +
        '`vipward status` lists those that there are [ORDER_UNKNOWN_SERVER]\n',
    });
    expect(await run('drain', ['192.168.33.12'], done)).toMatchObject({ status: 3, orders: [] });
  });

  test('ends at the first refusal', async () => {
    const refused: Ordered = { kind: 'refused', code: 'ORDER_AMBIGUOUS', message: 'no' };
    const { status: exit, orders } = await run('drain', ['192.168.33.12'], refused, {}, asked);
    expect([exit, orders.length]).toEqual([4, 1]);
  });
});
