// What a process, its children and its worker threads notice of the addon: nothing bad.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readlinkSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { boundUdp } from './programs/udp.ts';
import { runProgram, startProgram } from './run-program.ts';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

describe('an exception in a callback', () => {
  test('becomes uncaughtException, and the next datagram comes', async () => {
    const { status, signal, stdout } = await runProgram('throw-in-callback', ['caught']);
    expect(stdout).toBe('uncaughtException: from the callback\ndatagram 2\n');
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });

  test('ends the process as any uncaught exception does, without an abort', async () => {
    const { status, signal, stderr } = await runProgram('throw-in-callback');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toContain('Error: from the callback');
  });
});

test('a worker thread that owns sockets can end in any way', async () => {
  const { status, signal, stdout, stderr } = await runProgram('workers');
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  expect(stdout).toBe('the process lives\n');
});

describe('the end of the process', () => {
  test('comes by process.exit while a socket listens', async () => {
    expect(await runProgram('end', ['process.exit while listening'])).toMatchObject({ status: 7, signal: null });
  });

  test.each(['closed', 'never listening', "unref'd", "unref'd later"])('comes by itself: %s', async (state) => {
    expect(await runProgram('end', [state])).toMatchObject({ status: 0, signal: null, stderr: '' });
  });

  test('waits for a socket that listens', async () => {
    const program = startProgram('end', ['listening until a datagram']);
    const port = Number(await program.firstLine);
    // It has nothing else to live for; were it not held, it would be gone by now or never answer to this.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(program.process.exitCode).toBeNull();
    const sender = createSocket('udp4');
    await new Promise((resolve) => sender.send('x', port, '127.0.0.1', resolve));
    sender.close();
    expect(await program.ended).toMatchObject({ status: 0, signal: null });
  });
});

test('a child process inherits no socket', () => {
  const socket = boundUdp();
  const place = `/proc/self/fd/${socket.fd}`;
  expect(readlinkSync(place)).toMatch(/^socket:/);
  expect(spawnSync('readlink', [place], { encoding: 'utf8' }).stdout).not.toContain(readlinkSync(place));
  socket.close();
});
