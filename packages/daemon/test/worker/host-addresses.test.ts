// The addresses of this host: read at first, and again after every burst of changes.
import { expect, test } from '@jest/globals';
import { formatIp, type IpAddress, parseIp } from '@vipward/config/address';
import { createMemoryRoute } from '@vipward/testkit';
import { watchAddresses } from '../../src/worker/host-addresses.ts';

const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what comes and what goes is heard, until nobody listens', async () => {
  const kernel = createMemoryRoute({ links: ['eth0'] });
  const [link] = await kernel.links();
  const add = (text: string) => kernel.addAddress({ ifIndex: link?.index ?? 0, address: ip(text), prefixLength: 32 });
  await add('10.0.0.1');
  const heard: string[] = [];
  const log = { error: (text: string): void => void heard.push(text) };
  const addresses = await watchAddresses(kernel, log, (all) => heard.push(all.map(formatIp).join(' ')));
  expect(addresses.first.map(formatIp)).toEqual(['10.0.0.1']);
  await add('10.0.0.2');
  await turn();
  await turn();
  expect(heard.at(-1)).toBe('10.0.0.1 10.0.0.2');
  await kernel.deleteAddress({ ifIndex: link?.index ?? 0, address: ip('10.0.0.2'), prefixLength: 32 });
  kernel.overrun();
  await turn();
  await turn();
  expect(heard.at(-1)).toBe('10.0.0.1');
  addresses.close();
});
