// The runtime between objects: what no real network shows on demand.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { BfdError } from '../../src/index.ts';
import { ip } from '../packet/golden.ts';
import { instance, running } from './fake-edges.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-bfd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('sockets', () => {
  test('one hears for each port and family, one speaks for each session, from a port of its own of 49152 or above', () => {
    const { ears, mouths } = running({
      instances: [
        instance(),
        instance({ name: 'B2', neighbor: ip('10.9.0.3'), source: ip('10.9.0.1') }),
        instance({ name: 'B3', neighbor: ip('fd00::2'), ttl: 64 }),
        instance({ name: 'B4', neighbor: ip('10.9.0.4'), multihop: true, ttl: 64 }),
      ],
      // Everybody would like the same port.
      random: () => 0.5,
    });
    expect([...ears.keys()].sort()).toEqual(['3784/4', '3784/6', '4784/4']);
    const ports = mouths.map(({ port }) => port);
    expect(new Set(ports).size).toBe(4);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(49_152);
    expect(mouths.map(({ plan }) => [plan.neighborPort, plan.ttl])).toEqual([
      [3784, 255],
      [3784, 255],
      [3784, 64],
      [4784, 64],
    ]);
    expect(mouths[1]?.plan.source).toEqual(ip('10.9.0.1'));
  });

  test('that cannot be opened are an error with the line, and a reload with one changes nothing', () => {
    const edges = {
      openEar: () => {
        throw new Error('bind: EADDRINUSE');
      },
    };
    expect(() => running({ edges })).toThrow(BfdError);
    expect(() => running({ edges })).toThrow(
      '(B1) UDP port 3784 cannot be listened on for IPv4: bind: EADDRINUSE; does another program speak BFD here? (k.conf:7)',
    );
    const { bfd, refuse, mouths, ears, comeUp } = running();
    comeUp();
    refuse.ear = true;
    const more = instance({ name: 'B6', neighbor: ip('fd00::2') });
    expect(() => bfd.reload([instance({ minTx: 500 }), more])).toThrow(BfdError);
    expect(bfd.states()).toMatchObject([{ name: 'B1', state: 'Up', transmitInterval: 100 }]);
    refuse.ear = false;
    refuse.mouth = true;
    expect(() => bfd.reload([more])).toThrow(BfdError);
    expect([...ears.keys()]).toEqual(['3784/4']);
    expect(mouths[0]?.closed).toBe(false);
  });

  test('that cannot send are said once in a while, and tried again with every packet', () => {
    const { clock, last, lines } = running();
    last().broken = true;
    clock.advance(9000);
    expect(lines.filter((line) => line.includes('ENETUNREACH'))).toEqual([
      '(B1) sending to 10.9.0.2: sendmsg: ENETUNREACH',
    ]);
    last().broken = false;
    const before = last().sent.length;
    clock.advance(1000);
    expect(last().sent.length).toBeGreaterThan(before);
  });
});

describe('silence', () => {
  test('is not declared while a packet lies in the socket', () => {
    const { clock, comeUp, hear, readInput, reports } = running();
    comeUp();
    clock.advance(500);
    // The timer has fired; the packet that came meanwhile is read first.
    hear({ state: 'Up', desiredMinTx: 100_000 });
    readInput();
    expect(reports).toEqual(['B1 down', 'B1 up']);
    clock.advance(500);
    readInput();
    expect(reports).toEqual(['B1 down', 'B1 up', 'B1 down']);
  });

  test('moves no timer with every packet', () => {
    const { clock, comeUp, hear } = running();
    comeUp();
    const armed = clock.pending.length;
    for (let i = 0; i < 100; i++) hear({ state: 'Up', desiredMinTx: 100_000 });
    expect(clock.pending.length).toBe(armed);
  });
});

describe('a packet that is refused', () => {
  test('is counted by its reason, and said once in a while', () => {
    const { bfd, clock, hear, lines } = running();
    for (let i = 0; i < 50; i++) {
      hear({}, { ttl: 64 });
      hear({ yourDiscriminator: 99 });
      hear({}, { payload: new Uint8Array(7) });
    }
    expect(bfd.states()[0]?.packetsRejected).toEqual({ ttl: 50, 'no-session': 50, 'too-short': 50 });
    const said = lines.filter((line) => /Packet |Discarding/.test(line));
    expect(said).toEqual([
      'Packet ttl(64) < 255 - discarding',
      'Discarding packet from [10.9.0.2]:50000 (session is not found - your discriminator field is 0x00000063)',
      'Packet is too small: 7 bytes',
      'Discarding bogus packet from [10.9.0.2]:50000',
    ]);
    clock.advance(10_000);
    hear({}, { ttl: 64 });
    expect(lines.filter((line) => line.includes('ttl(64)'))).toHaveLength(2);
  });
});

describe('a reload', () => {
  test('keeps sessions, ends those that are gone with AdminDown, begins new ones', () => {
    const { bfd, mouths, comeUp, reports, ears } = running();
    comeUp();
    bfd.reload([instance({ multiplier: 9 }), instance({ name: 'B2', neighbor: ip('fd00::2'), ttl: 64 })]);
    expect(mouths).toHaveLength(2);
    expect(mouths[0]?.sent.at(-1)).toMatchObject({ state: 'Up', detectMultiplier: 9 });
    expect(reports).toEqual(['B1 down', 'B1 up', 'B2 down']);
    bfd.reload([instance({ name: 'B2', neighbor: ip('fd00::2'), ttl: 64 })]);
    expect(mouths[0]).toMatchObject({ closed: true });
    expect(mouths[0]?.sent.at(-1)).toMatchObject({ state: 'AdminDown', diagnostic: 7 });
    expect([...ears.keys()]).toEqual(['3784/6']);
  });

  test('of another neighbour, source, port or TTL is another session', () => {
    const changes = [{ neighbor: ip('10.9.0.9') }, { source: ip('10.9.0.1') }, { multihop: true }, { ttl: 254 }];
    for (const change of changes) {
      const { bfd, mouths, comeUp, reports } = running();
      comeUp();
      bfd.reload([instance(change)]);
      expect(mouths.map(({ closed }) => closed)).toEqual([true, false]);
      expect(mouths[1]?.sent[0]?.myDiscriminator).not.toBe(mouths[0]?.sent[0]?.myDiscriminator);
      expect(reports).toEqual(['B1 down', 'B1 up', 'B1 down']);
    }
  });
});

describe('a successor', () => {
  const start = (stateFile: string) => {
    const first = running({ stateFile });
    first.comeUp();
    return first;
  };
  const clockOf = ({ clock }: ReturnType<typeof running>) => clock;

  test('goes on with discriminator and source port, and hears of the end when there was one', () => {
    const stateFile = join(folder, 'resumes');
    const first = start(stateFile);
    const second = running({ stateFile }, clockOf(first));
    expect(second.reports).toEqual(['B1 up']);
    expect(second.last().port).toBe(first.last().port);
    expect(second.last().sent).toEqual([expect.objectContaining({ state: 'Up', poll: true })]);
    expect(second.last().sent[0]?.myDiscriminator).toBe(first.last().sent[0]?.myDiscriminator);
    second.hear({ state: 'Down' });
    expect(second.reports).toEqual(['B1 up', 'B1 down']);
  });

  test('begins anew when the neighbour has noticed by now, after another boot, or with another session', () => {
    const stateFile = join(folder, 'begins');
    const begins = (first: ReturnType<typeof running>, options: Parameters<typeof running>[0]): void => {
      const saved = readFileSync(stateFile, 'utf8');
      expect(running({ stateFile, ...options }, clockOf(first)).reports).toEqual(['B1 down']);
      writeFileSync(stateFile, saved);
    };
    const first = start(stateFile);
    first.bfd.stop({ keep: true });
    begins(first, { edges: { bootId: 'other' } });
    begins(first, { instances: [instance({ ttl: 254 })] });
    first.clock.advance(1500);
    begins(first, {});
  });

  test('is not misled by a file that makes no sense', () => {
    const stateFile = join(folder, 'nonsense');
    const session = { name: 'B1', identity: '10.9.0.2 - 3784 ttl 255', discriminator: 0, port: 50_000, believed: 500 };
    for (const content of [
      '',
      '{',
      '[]',
      '{"bootId":"boot","savedAt":0,"sessions":[{}]}',
      JSON.stringify({ bootId: 'boot', savedAt: 0, sessions: [session] }),
    ]) {
      writeFileSync(stateFile, content);
      expect(running({ stateFile }).reports).toEqual(['B1 down']);
    }
  });

  test('finds nothing after an orderly end, which says AdminDown and reports nothing', () => {
    const stateFile = join(folder, 'ends');
    const first = start(stateFile);
    expect(existsSync(stateFile)).toBe(true);
    first.bfd.stop();
    expect(existsSync(stateFile)).toBe(false);
    expect(first.last().sent.at(-1)).toMatchObject({ state: 'AdminDown' });
    expect(first.last().closed).toBe(true);
    expect(first.clock.pending).toEqual([]);
    expect(first.reports).toEqual(['B1 down', 'B1 up']);
  });
});
