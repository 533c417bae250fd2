// The gratuitous ARP frame against a capture.
import { expect, test } from '@jest/globals';
import { encodeGratuitousArp } from '../src/index.ts';
import { bytes, ip } from './advert/golden.ts';

test('the frame is the one that keepalived 2.2.7 sends', () => {
  expect(encodeGratuitousArp(ip('10.77.0.100'), bytes('1616 f2a1 afe5'))).toEqual(
    bytes(`ffff ffff ffff 1616 f2a1 afe5 0806 0001 0800 0604 0001
      1616 f2a1 afe5 0a4d 0064 ffff ffff ffff 0a4d 0064`),
  );
});
