// Hostile packets against the codec and live backups: some of them; the long run is `npm run fuzz`.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { liveBackups } from './live.ts';
import { packets, plain } from './packets.ts';

test('nothing that an outsider sends throws, is believed wrongly, or moves a backup where the RFC does not', async () => {
  const endure = await liveBackups();
  fc.assert(fc.property(packets, endure), { numRuns: 20_000, seed: 20_261_122 });
}, 60_000);

test('what the master says is heard by the open one, so the check above looks at something', async () => {
  const endure = await liveBackups();
  expect(() => endure(plain(200))).not.toThrow();
  expect(() => endure(plain(0))).not.toThrow();
});
