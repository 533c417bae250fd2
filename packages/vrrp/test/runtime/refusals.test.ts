// Who uses the VRID of an instance for something else: named once in the log, and in the status.
import { expect, test } from '@jest/globals';
import { ip } from '../advert/golden.ts';
import { running } from './fake-edges.ts';

const collisions = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.includes('VRID 51 on'));

test('another virtual router of the same VRID is named with its address, its VIPs and free VRIDs, once', async () => {
  const { runtime, hear, lines } = await running();
  // Others that are none of ours: their VRIDs are not free.
  hear({ vrid: 52 }, '10.0.0.7');
  hear({ vrid: 54 }, '10.0.0.7');
  for (let i = 0; i < 5; i++) hear({ addresses: [ip('10.0.0.200')] }, '10.0.0.9');
  hear({ authType: 1 }, '10.0.0.8');
  expect(collisions(lines)).toEqual([
    '(VI_1) VRID 51 on eth0 is used by 10.0.0.9 for another virtual router, or with other settings (address-missing)' +
      '; it speaks for 10.0.0.200; free VRIDs there are 53, 55, 56, 57, 58',
    '(VI_1) VRID 51 on eth0 is used by 10.0.0.8 for another virtual router, or with other settings (auth-type)' +
      '; it speaks for 10.0.0.100; free VRIDs there are 53, 55, 56, 57, 58',
  ]);
  expect(runtime.states()).toMatchObject([
    {
      advertsRejected: { 'address-missing': 5, 'auth-type': 1 },
      refusedSources: [
        { address: '10.0.0.9', reason: 'address-missing', count: 5, sameVrid: true },
        { address: '10.0.0.8', reason: 'auth-type', count: 1, sameVrid: true },
      ],
    },
  ]);
});

test('a peer that has been put right is no stranger any more, and may become one again', async () => {
  const { runtime, hear, lines, clock } = await running();
  hear({ addresses: [ip('10.0.0.200')] });
  hear();
  expect(runtime.states()[0]?.refusedSources).toBeUndefined();
  hear({ addresses: [ip('10.0.0.200')] });
  expect(collisions(lines).length).toBe(1);
  hear();
  await clock.run(61_000);
  hear({ addresses: [ip('10.0.0.200')] });
  expect(collisions(lines).length).toBe(2);
});

test('a broken packet is no other virtual router, and a flood of senders is bounded', async () => {
  const { runtime, packet, hear, lines } = await running();
  const payload = Uint8Array.of(0x21, 51, 100, 1, 0, 1, 0, 0, 10, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0);
  packet({ source: ip('10.0.0.7'), destination: ip('224.0.0.18'), ttl: 255, payload });
  expect(collisions(lines)).toEqual([]);
  for (let i = 1; i < 200; i++) hear({ authType: 1 }, `10.0.2.${i}`);
  expect(runtime.states()[0]?.refusedSources?.length).toBe(16);
});
