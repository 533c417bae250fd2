// A million connections: read as they come, and forgotten as they go.
import { expect, test } from '@jest/globals';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { memorySetup } from './memory.ts';

const header = 'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n';
const lines = 1_000_000;
const perChunk = 800;

/** What the kernel prints, in chunks that end anywhere. */
function* connections(feed: (count: number) => void): Generator<Uint8Array, void> {
  let rest = header;
  for (let n = 0; n < lines; n += perChunk) {
    for (let i = n; i < n + perChunk; i++) {
      const client = (0x0a000000 + (i >>> 4)).toString(16).toUpperCase().padStart(8, '0');
      rest += `TCP ${client} ${(1024 + (i & 15)).toString(16).toUpperCase()} C0A821BC 0050 C0A8210C 0050 ESTABLISHED     899\n`;
    }
    const cut = rest.length - (n % 37);
    const chunk = new TextEncoder().encode(rest.slice(0, cut));
    rest = rest.slice(cut);
    feed(perChunk);
    yield chunk;
  }
  yield new TextEncoder().encode(rest);
}

test('a million connections are listed with memory for a few', async () => {
  let fed = 0;
  let ahead = 0;
  let listed = 0;
  const streams = {
    stdout: (text: string) => {
      ahead = Math.max(ahead, fed - listed);
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) listed++;
    },
    stderr: () => {},
  };
  const io = {
    ...memorySetup().io(streams),
    connections: () =>
      connections((count) => {
        fed += count;
      }),
  };
  expect(await runIpvsadm(['-Lnc'], io)).toBe(0);
  expect(listed).toBe(lines + 2);
  // What was read and not yet written: a few chunks, never the whole.
  expect(ahead).toBeLessThan(5 * perChunk);
}, 120_000);
