// auth_hmac between directors: modes, keys that change, clocks that differ.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AuthHmac } from '@vipward/config';
import { encodeV2, VRRP_GROUP } from '../../src/index.ts';
import { hmacSettings, Signature } from '../../src/runtime/signature.ts';
import { ip } from '../advert/golden.ts';
import { instance, running } from './fake-edges.ts';

const secret = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const path = { source: ip('10.0.0.9'), destination: VRRP_GROUP };
const message = encodeV2({
  ...{ version: 2, vrid: 51, priority: 200, authType: 0, intervalSeconds: 1, addresses: [ip('10.0.0.100')] },
  authData: new Uint8Array(8),
});
const noon = 1_800_000_000_000;

interface Side extends Partial<Omit<AuthHmac, 'keys'>> {
  /** By id. */
  readonly keys?: Readonly<Record<number, Uint8Array>>;
}

const side = ({ keys = { 1: secret(1) }, ...change }: Side = {}) => {
  const said: string[] = [];
  const clock = { now: noon };
  const signature = new Signature(
    () => clock.now,
    (text) => said.push(text),
  );
  const secrets = Object.entries(keys).map(([id, bytes]) => ({ id: Number(id), bytes }));
  const authHmac: AuthHmac = { activeKey: 1, antiReplay: 'time', mode: 'enforce', ...change, keys: [] };
  signature.settings = hmacSettings({ authHmac, advertInterval: 1000 }, secrets);
  return { signature, said, clock };
};
type Director = ReturnType<typeof side>;

const speak = ({ signature }: Director): Uint8Array => signature.sign(path.source)(message, path);
const hear = ({ signature }: Director, payload: Uint8Array, peers = 0): string => {
  const verdict = signature.verify({ ...path, ttl: 255, payload }, peers);
  if ('rejected' in verdict) return verdict.rejected.kind;
  expect(verdict.packet.payload).toEqual(message);
  return 'taken';
};

describe('a signed advert', () => {
  test('is taken once', () => {
    const [a, b] = [side(), side()];
    const signed = speak(a);
    expect(signed).toHaveLength(message.length + 28);
    expect(hear(b, signed)).toBe('taken');
    expect(hear(b, signed)).toBe('hmac-replay');
    expect(hear(b, speak(a))).toBe('taken');
  });

  test('is the same for all peers', () => {
    const sign = side().signature.sign(path.source);
    const other = { ...path, destination: ip('10.0.0.3') };
    expect(sign(message, path)).toEqual(sign(message, other));
  });

  test('with another key is refused by name', () => {
    expect(hear(side({ keys: { 1: secret(2) } }), speak(side()))).toBe('hmac-integrity');
    expect(hear(side({ keys: { 2: secret(1) }, activeKey: 2 }), speak(side()))).toBe('hmac-key');
  });

  test('is refused when the clocks differ by more than the window, and said from half of it', () => {
    const [a, b] = [side(), side()];
    a.clock.now += 6000;
    expect(hear(b, speak(a))).toBe('hmac-stale');
    const c = side();
    c.clock.now += 3000;
    expect(hear(b, speak(c))).toBe('taken');
    expect(b.said).toEqual(['the clock of the sender differs by -3 s, of 5 s that are allowed']);
    const calm = side({ antiReplay: 'monotonic' });
    a.clock.now += 3_600_000;
    expect(hear(calm, speak(a))).toBe('taken');
    expect(calm.said).toEqual([]);
  });
});

describe('mode', () => {
  test.each<[AuthHmac['mode'], string, string, boolean]>([
    ['enforce', 'hmac-missing', 'taken', true],
    ['permissive', 'taken', 'taken', true],
    ['receive-only', 'taken', 'taken', false],
  ])('%s: unsigned is %s, signed is %s, and it signs: %s', (mode, unsigned, signed, signs) => {
    const director = side({ mode });
    expect(hear(director, message)).toBe(unsigned);
    expect(hear(director, speak(side()))).toBe(signed);
    expect(speak(director).length > message.length).toBe(signs);
    expect(hear(director, speak(side({ keys: { 1: secret(9) } })))).toBe('hmac-integrity');
  });

  test('without auth_hmac nothing is signed, and nothing is taken off', () => {
    const none = new Signature(
      () => noon,
      () => undefined,
    );
    expect(none.sign(path.source)(message, path)).toBe(message);
    const packet = { ...path, ttl: 255, payload: speak(side()) };
    expect(none.verify(packet, 0)).toEqual({ packet });
  });
});

test('keys are exchanged without a gap: both know the new one before anyone signs with it', () => {
  const both = { 1: secret(1), 2: secret(2) };
  const [a, b] = [side(), side({ keys: both })];
  expect(hear(b, speak(a))).toBe('taken');
  a.signature.settings = side({ keys: both, activeKey: 2 }).signature.settings;
  expect(hear(b, speak(a))).toBe('taken');
});

describe('a running instance', () => {
  const authHmac = (keys: AuthHmac['keys']): AuthHmac => ({ keys, activeKey: 1, antiReplay: 'time', mode: 'enforce' });

  test('refuses what is not signed, says so, and counts it', async () => {
    const signed = instance({ authHmac: authHmac([{ id: 1, secret: { kind: 'bytes', bytes: secret(1) } }]) });
    const world = await running({ instances: [signed] });
    world.hear();
    expect(world.lines).toContain('(VI_1) received an advert without an HMAC trailer, from 10.0.0.9');
    expect(world.runtime.states()[0]).toMatchObject({ advertsReceived: 0, advertsRejected: { 'hmac-missing': 1 } });
  });

  test.each([
    ['the bytes', 'k'.repeat(32), 0o600, undefined],
    ['the bytes and an end of line', `${'k'.repeat(32)}\n`, 0o600, undefined],
    ['digits', `hex:${'a1'.repeat(32)}\n`, 0o600, undefined],
    ['too little', 'short', 0o600, 'VRRP_HMAC_KEY'],
    ['an odd digit', `hex:${'a1'.repeat(32)}1`, 0o600, 'VRRP_HMAC_KEY'],
    ['no file', undefined, 0o600, 'VRRP_HMAC_KEY'],
    ['what others may read', 'k'.repeat(32), 0o644, undefined],
  ])('reads its key from a file: %s', async (_, content, mode, code) => {
    const directory = mkdtempSync(join(tmpdir(), 'vipward-key-'));
    const file = join(directory, 'vrrp51');
    if (content !== undefined) writeFileSync(file, content, { mode });
    const signed = instance({ authHmac: authHmac([{ id: 1, secret: { kind: 'file', path: file } }]) });
    try {
      if (code !== undefined) await expect(running({ instances: [signed] })).rejects.toMatchObject({ code });
      else {
        const { lines } = await running({ instances: [signed] });
        const warned = lines.filter((line) => line.includes('can be read by others'));
        expect(warned).toHaveLength(mode === 0o644 ? 1 : 0);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
