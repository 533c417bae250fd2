// The stream to the master: messages in any pieces, and addresses as snmp_socket writes them.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { encodePdu } from '../../src/agentx/encode.ts';
import type { Pdu } from '../../src/agentx/pdu.ts';
import { masterAddress } from '../../src/runtime/address.ts';
import { connectTo } from '../../src/runtime/connection.ts';

/** What arrives when a master writes `pieces`, each by itself, and why it ended. */
const hear = async (
  pieces: readonly Uint8Array[],
): Promise<{ readonly pdus: readonly Pdu[]; readonly why: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'vipward-agentx-'));
  const path = join(folder, 'master');
  const server = createServer((socket: Socket) => {
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        await new Promise((done) => socket.write(piece, done));
        await new Promise((done) => setImmediate(done));
      }
      socket.end();
    };
    void write();
  });
  await new Promise<void>((ready) => server.listen(path, ready));
  const pdus: Pdu[] = [];
  const why = await new Promise<string>((onClose) => {
    connectTo({ kind: 'unix', path })({ onPdu: (pdu) => pdus.push(pdu), onClose });
  });
  server.close();
  rmSync(folder, { recursive: true });
  return { pdus, why };
};

const ping = (packet: number): Pdu => ({ kind: 'ping', session: 1, transaction: 2, packet });

describe('the stream to the master', () => {
  test('gives every message, two in one piece and one in many', async () => {
    const bytes = Buffer.concat([encodePdu(ping(1)), encodePdu(ping(2)), encodePdu(ping(3))]);
    const pieces = [bytes.subarray(0, 45), ...[...bytes.subarray(45)].map((byte) => Uint8Array.of(byte))];
    expect(await hear(pieces)).toEqual({ pdus: [ping(1), ping(2), ping(3)], why: 'it closed the connection' });
  });

  test('ends with what is no message', async () => {
    const { pdus, why } = await hear([encodePdu(ping(1)), new Uint8Array(20)]);
    expect(pdus).toEqual([ping(1)]);
    expect(why).toBe('it sent version 0 instead of 1');
  });

  test('says why there is none', async () => {
    const why = await new Promise((onClose) => {
      connectTo({ kind: 'unix', path: '/nowhere/at/all' })({ onPdu: () => {}, onClose });
    });
    expect(why).toBe('ENOENT');
  });
});

describe('snmp_socket', () => {
  test.each([
    ['unix:/var/agentx/master', { kind: 'unix', path: '/var/agentx/master' }],
    ['/var/agentx/master', { kind: 'unix', path: '/var/agentx/master' }],
    ['tcp:192.0.2.1:1705', { kind: 'tcp', host: '192.0.2.1', port: 1705 }],
    ['localhost:705', { kind: 'tcp', host: 'localhost', port: 705 }],
    ['localhost', { kind: 'tcp', host: 'localhost', port: 705 }],
    ['tcp6:[::1]:1705', { kind: 'tcp', host: '::1', port: 1705 }],
    ['1705', { kind: 'tcp', host: 'localhost', port: 1705 }],
  ])('%s', (text, address) => {
    expect(masterAddress(text)).toEqual(address);
  });
});
