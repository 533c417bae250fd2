// The native functions under arbitrary arguments: an exception or an errno, never a crash.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Addon, addon } from '../src/addon.ts';
import { AF_INET, SOCK_DGRAM, sockaddrIn } from '../src/index.ts';
import { boundUdp } from './programs/udp.ts';
import { runProgram } from './run-program.ts';

// Its stdout is a file: a pipe of spawn's is a socket, which the fuzz could adopt or close.
test.each([1, Date.now() % 2 ** 31])(
  'arbitrary calls do not crash the process (seed %d)',
  (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'vipward-fuzz-'));
    const output = openSync(join(folder, 'output'), 'w');
    const program = fileURLToPath(new URL('./programs/fuzz.ts', import.meta.url));
    const words = ['--no-warnings', '--conditions=@vipward/source', program, String(seed), '1500'];
    const { status, signal } = spawnSync(process.execPath, words, {
      stdio: ['ignore', output, output],
      cwd: process.cwd(),
    });
    closeSync(output);
    const said = readFileSync(join(folder, 'output'), 'utf8');
    rmSync(folder, { recursive: true });
    expect({ status, signal, said }).toEqual({ status: 0, signal: null, said: 'still here\n' });
  },
  120_000,
);

test('an arena that vanishes under a listening socket is an error, not a write to freed memory', async () => {
  const { status, signal, stdout } = await runProgram('lost-arena');
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: 'datagram 1\nerrno 14\nclosed\n' });
});

test('a getter among the buffers that swaps the socket for another does not send through the other', () => {
  const native = addon();
  const handle = native.adopt(boundUdp().release());
  const others: number[] = [];
  const buffers = Object.defineProperty([new Uint8Array(1)], 1, {
    get() {
      native.close(handle);
      others.push(native.open(AF_INET, SOCK_DGRAM, 0));
      return new Uint8Array(1);
    },
  });
  expect(native.send(handle, buffers, sockaddrIn(Uint8Array.of(127, 0, 0, 1), 9))).toBe(-9);
  expect(others.map((other) => native.close(other))).toEqual([0]);
});

describe('wrong arguments', () => {
  const native = addon();
  const cases: [string, keyof Addon, (handle: number) => readonly unknown[]][] = [
    [
      'an arena one byte too short',
      'listen',
      (h) => [h, new Uint8Array(128 + 7 + 9), new Int32Array(4), 10, 7, () => {}],
    ],
    ['a meta of three', 'listen', (h) => [h, new Uint8Array(200), new Int32Array(3), 10, 0, () => {}]],
    ['no space for data', 'listen', (h) => [h, new Uint8Array(200), new Int32Array(4), 0, 0, () => {}]],
    ['no callback', 'listen', (h) => [h, new Uint8Array(200), new Int32Array(4), 10, 0]],
    ['an address of 129 bytes', 'bind', (h) => [h, new Uint8Array(129)]],
    ['an address that is text', 'connect', (h) => [h, '127.0.0.1']],
    ['an option of more than 64 KiB', 'setOption', (h) => [h, 1, 8, new Uint8Array(65537)]],
    ['a level with a fraction', 'getOption', (h) => [h, 1.5, 8, new Uint8Array(4)]],
    ['1025 buffers', 'send', (h) => [h, Array.from({ length: 1025 }, () => new Uint8Array(1))]],
    ['a buffer that is text', 'send', (h) => [h, ['text']]],
    ['control data that is null', 'send', (h) => [h, [], undefined, null]],
    ['a handle below zero', 'close', () => [-1]],
    ['no handle', 'close', () => []],
    ['a descriptor beyond int', 'adopt', () => [2 ** 31]],
    ['a flag that is a number', 'hold', (h) => [h, 1]],
  ];
  test.each(cases)('%s: refused with SOCKETS_BAD_ARGUMENT', (_, name, args) => {
    const socket = boundUdp();
    const handle = native.adopt(socket.release());
    try {
      expect(() => Reflect.apply(native[name], native, args(handle))).toThrow(
        expect.objectContaining({ code: 'SOCKETS_BAD_ARGUMENT' }),
      );
    } finally {
      native.close(handle);
    }
  });
});
