// The control socket from both ends, and against clients that mean no good.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '@vipward/health';
import { describeWith, needs } from '@vipward/testkit/jest';
import fc from 'fast-check';
import { askOrder, askStatus } from '../../src/control/client.ts';
import { controlSocketOf, type DaemonStatus, readRequest } from '../../src/control/protocol.ts';
import {
  type ControlLimits,
  type ControlServer,
  type OrderReply,
  openControlSocket,
} from '../../src/control/server.ts';

const status: DaemonStatus = { version: '1', pid: 7, instances: [], services: [], bfdSessions: [], silent: ['vrrp'] };
let directory: string;
let path: string;
let warnings: string[];
const servers: ControlServer[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vw-control-'));
  path = join(directory, 'keepalived.sock');
  warnings = [];
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(directory, { recursive: true });
});

const open = (limits: Partial<ControlLimits> = {}, answer: () => Promise<DaemonStatus> = async () => status) => {
  const log = { warning: (text: string) => void warnings.push(text) };
  const order = async ({ server: named }: Order): Promise<OrderReply> =>
    named === 'there'
      ? { ok: true, service: 'tcp 1', server: named, changed: true, condition: 'drain', notes: [] }
      : { ok: false, code: 'ORDER_UNKNOWN_SERVER', message: `no ${named}` };
  const server = openControlSocket({ path, log, status: answer, order, limits });
  servers.push(server);
  return server;
};

/** Sends `text` and resolves with all that comes back until the other end closes. */
const talk = (text: string, end = true): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    let heard = '';
    socket.on('data', (piece) => {
      heard += String(piece);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    if (end) socket.end(text);
    else socket.write(text);
  });

const replies = (heard: string): unknown[] =>
  heard
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the control socket', () => {
  test('lies beside the pid file', () => {
    expect(controlSocketOf('/run/keepalived.pid')).toBe('/run/keepalived.sock');
    expect(controlSocketOf('/run/other')).toBe('/run/other.sock');
  });

  test('is for its owner alone, answers, and goes with the daemon', async () => {
    const server = open();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await askStatus(path)).toEqual({ kind: 'status', status });
    server.close();
    expect(existsSync(path)).toBe(false);
    expect(await askStatus(path)).toEqual({ kind: 'absent' });
  });

  test('takes several questions on one connection, in order', async () => {
    open();
    expect(replies(await talk('{"ask":"status"}\nnonsense\n{"ask":"weather"}\n'))).toMatchObject([
      { ok: true, status },
      { ok: false, code: 'CONTROL_BAD_REQUEST', message: 'a request is one JSON object a line' },
      { ok: false, code: 'CONTROL_BAD_REQUEST', message: 'what can be asked: "status", "order"' },
    ]);
  });

  test('takes orders, and says why one is none', async () => {
    open();
    const order = { action: 'drain', service: 'tcp 1', server: 'there' } as const;
    expect(await askOrder(path, order)).toMatchObject({ kind: 'done', done: { condition: 'drain' } });
    expect(await askOrder(path, { ...order, server: 'x' })).toMatchObject({ kind: 'refused', message: 'no x' });
    expect(replies(await talk('{"ask":"order","action":"reboot"}\n{"ask":"order","action":"drain"}\n'))).toEqual([
      {
        ok: false,
        code: 'CONTROL_BAD_REQUEST',
        message: 'an order has an "action": drain, undrain, maintenance-on, maintenance-off',
      },
      { ok: false, code: 'CONTROL_BAD_REQUEST', message: 'an order has a "service" and a "server"' },
    ]);
  });

  test('replaces the socket of a daemon that died', async () => {
    // A listener that nobody ended stands for what a killed daemon leaves.
    const dead = createServer();
    await new Promise<void>((listening) => dead.listen(path, listening));
    open();
    expect(await askStatus(path)).toEqual({ kind: 'status', status });
    dead.close();
  });

  test('leaves a file that is no socket alone, and says so', () => {
    writeFileSync(path, 'precious');
    open();
    expect(warnings).toEqual([`No control socket at ${path}: something that is no socket is in its place`]);
    expect(statSync(path).isFile()).toBe(true);
  });

  test('does without when the directory is missing', async () => {
    path = join(directory, 'missing', 'keepalived.sock');
    open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([expect.stringContaining('No control socket at')]);
  });

  test('ends a line that is too long, with or without its end', async () => {
    open();
    const refused = [{ ok: false, code: 'CONTROL_LINE_TOO_LONG' }];
    expect(replies(await talk('x'.repeat(100_000), false))).toMatchObject(refused);
    expect(replies(await talk(`${'x'.repeat(1025)}\n`))).toMatchObject(refused);
  });

  test('ends who says nothing, and who never comes to an end', async () => {
    open({ idle: 50 });
    expect(await talk('{"ask"', false)).toBe('');
    servers.splice(0).forEach((server) => void server.close());
    open({ idle: 10_000, whole: 50 });
    expect(replies(await talk('{"ask":"status"}\n', false))).toMatchObject([{ ok: true }]);
  });

  test('serves a bounded number of clients at once', async () => {
    open({ clients: 2, idle: 10_000 });
    const held = [createConnection(path), createConnection(path)];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await askStatus(path)).toMatchObject({ kind: 'failed' });
    for (const socket of held) socket.destroy();
  });

  test('asks the workers once for all who ask at the same time', async () => {
    let asked = 0;
    let answer: (status: DaemonStatus) => void = () => {};
    open({}, () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const both = [askStatus(path), askStatus(path)];
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer(status);
    expect(await Promise.all(both)).toMatchObject([{ kind: 'status' }, { kind: 'status' }]);
    expect(asked).toBe(1);
  });

  test('tells when the status cannot be gathered', async () => {
    open({}, async () => {
      throw new Error('no worker');
    });
    expect(await askStatus(path)).toEqual({
      ...{ kind: 'failed', code: 'CONTROL_FAILED' },
      message: `${path}: no worker`,
    });
  });

  test('who asks gets an end, whatever answers', async () => {
    for (const [answer, message] of [
      ['nonsense\n', 'the answer is no JSON'],
      ['{"ok":true,"status":{}}\n', 'the answer is of another version'],
      ['', 'no answer within 50 ms'],
    ]) {
      const odd = createServer((socket) => socket.write(answer ?? ''));
      await new Promise<void>((listening) => odd.listen(path, listening));
      expect(await askStatus(path, 50)).toEqual({
        ...{ kind: 'failed', code: 'CONTROL_NO_ANSWER' },
        message: `${path}: ${message}`,
      });
      odd.close();
    }
  });
});

test('no line makes the reader of requests throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      const request = readRequest(line);
      expect(typeof request === 'string' || request.ask === 'status').toBe(true);
    }),
  );
});

describeWith(needs('root'), 'another user', () => {
  test('is told that only root may ask', () => {
    open();
    chmodSync(directory, 0o755);
    const module = new URL('../../src/control/client.ts', import.meta.url).href;
    const script = `const { askStatus } = await import(${JSON.stringify(module)});
      process.stdout.write(JSON.stringify(await askStatus(process.argv[1])));`;
    const words = ['--no-warnings', '--input-type=module', '-e', script, '--', path];
    const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', uid: 65_534, gid: 65_534, cwd: '/' });
    expect(JSON.parse(stdout)).toEqual({
      ...{ kind: 'failed', code: 'CONTROL_NO_PRIVILEGE' },
      message: `${path}: the daemon may not be asked by this user: run it as root`,
    });
  });
});
