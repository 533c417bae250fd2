// The keys of auth_hmac that lie in files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readHmacKeys } from '../../src/runtime/hmac-keys.ts';
import { instance } from './fake-edges.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipward-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The one key of an instance whose file has this content, and the lines of the log. */
const readKey = (content: string | undefined, mode = 0o600) => {
  const path = join(folder, `key-${mode}`);
  rmSync(path, { force: true });
  if (content !== undefined) writeFileSync(path, content, { mode });
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const log = { error: say, warning: say, info: say, detail: say };
  const keys = [{ id: 3, secret: { kind: 'file', path } } as const];
  const authHmac = { keys, activeKey: 3, antiReplay: 'time', mode: 'enforce' } as const;
  const [key] = readHmacKeys(instance({ authHmac }), log);
  return { id: key?.id, hex: Buffer.from(key?.bytes ?? []).toString('hex'), lines };
};

test('are the bytes of the file without its line end, or the digits after hex:', () => {
  expect(readKey(`${'k'.repeat(32)}\n`)).toEqual({ id: 3, hex: '6b'.repeat(32), lines: [] });
  expect(readKey(`hex:${'0fF0'.repeat(32)}\r\n`)).toEqual({ id: 3, hex: '0ff0'.repeat(32), lines: [] });
});

test('that others may read are said', () => {
  const { lines } = readKey('k'.repeat(40), 0o644);
  expect(lines).toEqual([`(VI_1) key 3: ${join(folder, 'key-420')} can be read by others: chmod 600`]);
});

test.each([
  ['no file', undefined, /cannot read .*ENOENT/],
  ['31 bytes', 'k'.repeat(31), /must hold 32 to 64 bytes/],
  ['65 bytes', 'k'.repeat(65), /must hold 32 to 64 bytes/],
  ['an odd number of digits', `hex:${'0'.repeat(65)}`, /must hold 32 to 64 bytes/],
])('%s: an error with its code and the place in the configuration', (_, content, text) => {
  expect(() => readKey(content)).toThrow(
    expect.objectContaining({ code: 'VRRP_HMAC_KEY', message: expect.stringMatching(text) }),
  );
});
