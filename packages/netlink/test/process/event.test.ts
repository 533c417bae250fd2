// News of processes, as a kernel of 2026 sent them.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DecodeError } from '../../src/errors.ts';
import { decodeProcessEvents, listenRequest } from '../../src/process/event.ts';

const header = '4c000000030000000000000000000000';
const datagram = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(header + hex, 'hex'));

// Recorded: cn_msg, then the event.
const connector = '0100000001000000010000000000000028000000';
const recorded = {
  ack: `${connector}0000000001000000${'9f974da3530e0000'}${'00'.repeat(24)}`,
  fork: `${connector}0100000001000000${'57835ba3530e0000'}b53c0000b53c0000564a0000564a000000000000${'00'.repeat(4)}`,
  exec: `${connector}0200000001000000${'8f3363a3530e0000'}564a0000564a0000${'00'.repeat(16)}`,
  exit: `${connector}0000008001000000${'515283a3530e0000'}564a0000564a00000000000011000000b53c0000b53c0000`,
  thread: `${connector}0100000001000000${'57835ba3530e0000'}b53c0000b53c0000574a0000564a000000000000${'00'.repeat(4)}`,
};

test.each([
  ['ack', []],
  ['fork', [{ kind: 'fork', parent: 0x3cb5, child: 0x4a56 }]],
  ['exec', [{ kind: 'exec', pid: 0x4a56 }]],
  ['exit', [{ kind: 'exit', pid: 0x4a56 }]],
  ['thread', []],
] as const)('%s', (name, events) => {
  expect(decodeProcessEvents(datagram(recorded[name]))).toEqual(events);
});

test('a new name', () => {
  const name = Buffer.from('nginx').toString('hex').padEnd(32, '0');
  const comm = `${connector}0002000001000000${'00'.repeat(8)}564a0000564a0000${name}`;
  expect(decodeProcessEvents(datagram(comm))).toEqual([{ kind: 'renamed', pid: 0x4a56, name: 'nginx' }]);
});

test('the request to listen has the length that the kernel demands', () => {
  expect(Buffer.from(listenRequest()).toString('hex')).toBe(
    '2800000003000000000000000000000001000000010000000000000000000000040000000' + '1000000',
  );
});

test('whatever comes, it is events or a DecodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        for (const { kind } of decodeProcessEvents(bytes)) expect(['fork', 'exec', 'renamed', 'exit']).toContain(kind);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});
