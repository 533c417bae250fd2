// `vipward realserver` on a machine in memory: up, down, status, again and again, and every way it can be refused.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runRealserver } from '../../src/realserver/run.ts';
import { fresh, machine, prepared } from './machine.ts';

const vip = '192.168.33.188';

describe('up', () => {
  test('sets the ARP settings first, then puts the VIP on lo, and says each', async () => {
    const m = machine();
    expect(await runRealserver(['up', vip], m.io)).toBe(0);
    const { out, touches } = m.take();
    expect(touches.map((touch) => touch.split(' ')[0])).toEqual(['record', 'set', 'set', 'set', 'set', 'add']);
    expect(out).toBe(`net.ipv4.conf.all.arp_ignore set from 0 to 1
net.ipv4.conf.all.arp_announce set from 0 to 2
net.ipv4.conf.lo.arp_ignore set from 0 to 1
net.ipv4.conf.lo.arp_announce set from 0 to 2
192.168.33.188/32 added to lo
`);
    expect(m.settings).toEqual(prepared);
    expect(m.onLo).toEqual(['192.168.33.188/32']);
  });

  test('twice changes nothing the second time, and says so', async () => {
    const m = machine();
    await runRealserver(['up', vip], m.io);
    m.take();
    expect(await runRealserver(['up', vip, `${vip}/32`], m.io)).toBe(0);
    expect(m.take()).toEqual({ out: '192.168.33.188/32 is on lo already\nnothing to change\n', err: '', touches: [] });
  });

  test('of an IPv6 VIP adds the address without duplicate address detection, and leaves ARP alone', async () => {
    const m = machine();
    expect(await runRealserver(['up', '2001:db8::1'], m.io)).toBe(0);
    expect(m.onLo).toEqual(['2001:db8::1/128']);
    expect(m.flags).toBe(2);
    expect(m.settings).toEqual(fresh);
  });

  test('keeps the value of before the first up, also when a setting drifted in between', async () => {
    const m = machine();
    m.settings = { ...fresh, 'net.ipv4.conf.all.arp_ignore': '8' };
    await runRealserver(['up', vip], m.io);
    m.settings = { ...prepared, 'net.ipv4.conf.all.arp_ignore': '0' };
    await runRealserver(['up', '10.0.0.9'], m.io);
    expect(m.settings).toEqual(prepared);
    await runRealserver(['down', vip, '10.0.0.9'], m.io);
    expect(m.settings).toEqual({ ...fresh, 'net.ipv4.conf.all.arp_ignore': '8' });
  });
});

describe('down', () => {
  test('removes the VIP first, then restores the earlier settings', async () => {
    const m = machine();
    m.settings = { ...fresh, 'net.ipv4.conf.lo.arp_announce': '1' };
    await runRealserver(['up', vip], m.io);
    m.take();
    expect(await runRealserver(['down', vip], m.io)).toBe(0);
    const { out, touches } = m.take();
    expect(touches.map((touch) => touch.split(' ')[0])).toEqual(['delete', 'set', 'set', 'set', 'set', 'record']);
    expect(out).toContain('192.168.33.188/32 removed from lo\n');
    expect(out).toContain('net.ipv4.conf.lo.arp_announce set from 2 to 1\n');
    expect(m.settings).toEqual({ ...fresh, 'net.ipv4.conf.lo.arp_announce': '1' });
    expect([m.onLo, m.record]).toEqual([[], undefined]);
  });

  test('restores the settings only with the last IPv4 VIP', async () => {
    const m = machine();
    await runRealserver(['up', vip, '10.0.0.9', '2001:db8::1'], m.io);
    await runRealserver(['down', vip], m.io);
    expect(m.settings).toEqual(prepared);
    await runRealserver(['down', '10.0.0.9'], m.io);
    expect(m.settings).toEqual(fresh);
    expect(m.onLo).toEqual(['2001:db8::1/128']);
    await runRealserver(['down', '2001:db8::1'], m.io);
    expect(m.record).toBeUndefined();
  });

  test('of what is not there changes nothing and is no error', async () => {
    const m = machine();
    expect(await runRealserver(['down', vip], m.io)).toBe(0);
    expect(m.take()).toEqual({ out: '192.168.33.188/32 is not on lo\nnothing to change\n', err: '', touches: [] });
  });

  test('without a record leaves the settings and says why', async () => {
    const m = machine({ addresses: [[1, vip, 32]] });
    m.settings = { ...prepared };
    expect(await runRealserver(['down', vip], m.io)).toBe(0);
    expect(m.take().out).toContain('the earlier ARP settings are not known: they stay as they are\n');
    expect([m.settings, m.onLo]).toEqual([prepared, []]);
  });

  test('leaves a setting that someone else has changed meanwhile', async () => {
    const m = machine();
    await runRealserver(['up', vip], m.io);
    m.settings = { ...prepared, 'net.ipv4.conf.all.arp_ignore': '2' };
    await runRealserver(['down', vip], m.io);
    expect(m.settings).toEqual({ ...fresh, 'net.ipv4.conf.all.arp_ignore': '2' });
    expect(m.take().out).toContain('net.ipv4.conf.all.arp_ignore is 2, which is not what was set here: it stays\n');
  });
});

test('a record whose VIPs are all gone is discarded: what is found now is the earlier value', async () => {
  const m = machine();
  await runRealserver(['up', vip], m.io);
  m.loseAddress(vip);
  m.settings = { ...fresh, 'net.ipv4.conf.all.arp_ignore': '2' };
  m.take();
  await runRealserver(['up', '10.0.0.9'], m.io);
  expect(m.take().out).toContain('an old record was discarded: none of its VIPs is there any more\n');
  await runRealserver(['down', '10.0.0.9'], m.io);
  expect(m.settings).toEqual({ ...fresh, 'net.ipv4.conf.all.arp_ignore': '2' });
});

describe('status', () => {
  test('shows what is right, with exit status 0', async () => {
    const m = machine();
    await runRealserver(['up', vip], m.io);
    m.take();
    expect(await runRealserver(['status'], m.io)).toBe(0);
    expect(m.take().out).toBe(`192.168.33.188/32               on lo  right
net.ipv4.conf.all.arp_ignore    1      right
net.ipv4.conf.all.arp_announce  2      right
net.ipv4.conf.lo.arp_ignore     1      right
net.ipv4.conf.lo.arp_announce   2      right
`);
  });

  test('of an untouched machine says what is wrong and what to do, with exit status 1', async () => {
    const m = machine();
    expect(await runRealserver(['status'], m.io)).toBe(1);
    expect(m.take().out.split('\n').slice(0, 2)).toEqual([
      'VIP                             none on lo  wrong: vipward realserver up VIP',
      'net.ipv4.conf.all.arp_ignore    0           wrong: must be 1',
    ]);
  });

  test('finds a recorded VIP that is gone, and one that was asked for and sits elsewhere', async () => {
    const m = machine({ addresses: [[2, '10.0.0.5', 24]] });
    await runRealserver(['up', vip, '10.0.0.9'], m.io);
    m.loseAddress('10.0.0.9');
    m.take();
    expect(await runRealserver(['status'], m.io)).toBe(1);
    expect(m.take().out).toMatch(/10\.0\.0\.9\/32 +missing +wrong: must be on lo\n/);
    expect(await runRealserver(['status', '10.0.0.5'], m.io)).toBe(1);
    expect(m.take().out).toMatch(/10\.0\.0\.5\/32 +10\.0\.0\.5\/24 on eth0 +wrong: must be on lo\n/);
  });

  test('does not ask for ARP settings when there are IPv6 VIPs alone, and finds lo down', async () => {
    const m = machine();
    await runRealserver(['up', '2001:db8::1'], m.io);
    m.take();
    expect(await runRealserver(['status'], m.io)).toBe(0);
    expect(m.take().out).toBe('2001:db8::1/128  on lo  right\n');
    expect(await runRealserver(['status'], machine({ addresses: [[1, vip, 32]], loUp: false }).io)).toBe(1);
  });
});

describe('one clear line with its code, and nothing done', () => {
  test.each([
    [['up', '10.0.0.300'], 2, 'vipward realserver: 10.0.0.300: not an IPv4 or IPv6 address [REALSERVER_BAD_ADDRESS]'],
    [
      ['up', '10.0.0.1/24'],
      2,
      'vipward realserver: 10.0.0.1/24: a VIP on lo is a single address, /32 [REALSERVER_BAD_ADDRESS]',
    ],
    [
      ['up', '10.0.0.1', '127.0.0.1'],
      2,
      'vipward realserver: 127.0.0.1: a loopback address cannot be a VIP [REALSERVER_BAD_ADDRESS]',
    ],
    [
      ['up', '224.0.0.18'],
      2,
      'vipward realserver: 224.0.0.18: a multicast address cannot be a VIP [REALSERVER_BAD_ADDRESS]',
    ],
    [['up', '::'], 2, 'vipward realserver: ::: the unspecified address cannot be a VIP [REALSERVER_BAD_ADDRESS]'],
    [
      ['down', 'fe80::1'],
      2,
      'vipward realserver: fe80::1: a link-local address cannot be a VIP [REALSERVER_BAD_ADDRESS]',
    ],
    [
      ['up', '10.0.0.5'],
      1,
      'vipward realserver: 10.0.0.5 is already an address of eth0: remove it there first [REALSERVER_ADDRESS_IN_USE]',
    ],
    [
      ['up', '10.0.0.9', '10.0.0.5'],
      1,
      'vipward realserver: 10.0.0.5 is already an address of eth0: remove it there first [REALSERVER_ADDRESS_IN_USE]',
    ],
    [
      ['up', '10.9.9.9'],
      1,
      'vipward realserver: 10.9.9.9/24 is on lo, not 10.9.9.9/32: remove it first [REALSERVER_ADDRESS_IN_USE]',
    ],
  ])('%j', async (argv, status, line) => {
    const m = machine({
      addresses: [
        [2, '10.0.0.5', 24],
        [1, '10.9.9.9', 24],
      ],
    });
    expect(await runRealserver(argv, m.io)).toBe(status);
    expect(m.take()).toEqual({ out: '', err: `${line}\n`, touches: [] });
  });

  test.each([
    [[], 'what shall be done?'],
    [['sideways'], 'unknown command sideways'],
    [['up'], 'which VIP?'],
  ])('%j is followed by the usage', async (argv, text) => {
    const m = machine();
    expect(await runRealserver(argv, m.io)).toBe(2);
    const { err } = m.take();
    expect(err.startsWith(`vipward realserver: ${text} [REALSERVER_USAGE]\nUsage: `)).toBe(true);
  });

  test('lo down', async () => {
    const m = machine({ loUp: false });
    expect(await runRealserver(['up', vip], m.io)).toBe(1);
    expect(m.take().err).toBe(
      'vipward realserver: lo is down: bring it up first (ip link set lo up) [REALSERVER_LO_DOWN]\n',
    );
  });

  test('no privilege to write the settings', async () => {
    const m = machine();
    m.refuseWhen((touch) => (touch.startsWith('set') ? 'EACCES' : undefined));
    expect(await runRealserver(['up', vip], m.io)).toBe(1);
    expect(m.take().err).toBe(
      'vipward realserver: cannot set net.ipv4.conf.all.arp_ignore to 1: EACCES (run it as root); nothing was changed [REALSERVER_NO_PRIVILEGE]\n',
    );
    expect(m.record).toBeUndefined();
  });

  test('what could not be undone either is named', async () => {
    const m = machine();
    let sets = 0;
    m.refuseWhen((touch) =>
      touch.startsWith('set') ? (++sets > 4 ? 'EIO' : undefined) : touch.startsWith('add') ? 'ENOMEM' : undefined,
    );
    expect(await runRealserver(['up', vip], m.io)).toBe(1);
    expect(m.take().err).toContain(
      'cannot add 192.168.33.188 to lo: ENOMEM; net.ipv4.conf.lo.arp_announce set from 0 to 2 and could not be undone (EIO); ',
    );
  });
});

test('someone who is quicker is no error', async () => {
  const m = machine();
  m.refuseWhen((touch) =>
    touch.startsWith('add') ? 'EEXIST' : touch.startsWith('delete') ? 'EADDRNOTAVAIL' : undefined,
  );
  expect(await runRealserver(['up', vip], m.io)).toBe(0);
  const there = machine({ addresses: [[1, vip, 32]] });
  there.refuseWhen((touch) => (touch.startsWith('delete') ? 'EADDRNOTAVAIL' : undefined));
  expect(await runRealserver(['down', vip], there.io)).toBe(0);
});

describe('for any commands', () => {
  const words = fc.subarray(['10.0.0.1', '10.0.0.2', '2001:db8::1'], { minLength: 1 });
  const commands = fc.array(fc.tuple(fc.constantFrom('up', 'down'), words), { maxLength: 8 });

  test('a refusal at any step leaves the machine as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        commands,
        fc.tuple(fc.constantFrom('up', 'down'), words),
        fc.nat(8),
        async (before, [name, vips], at) => {
          const m = machine();
          for (const [each, list] of before) await runRealserver([each, ...list], m.io);
          const was = JSON.stringify([m.settings, [...m.onLo].sort(), m.record]);
          let count = 0;
          m.refuseWhen(() => (count++ === at ? 'EPERM' : undefined));
          const status = await runRealserver([name, ...vips], m.io);
          if (count > at) {
            expect(status).toBe(1);
            expect(JSON.stringify([m.settings, [...m.onLo].sort(), m.record])).toBe(was);
          } else expect(status).toBe(0);
        },
      ),
    );
  });

  test('after down of everything the machine is as it was at first', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const m = machine();
        for (const [name, vips] of list) expect(await runRealserver([name, ...vips], m.io)).toBe(0);
        await runRealserver(['down', '10.0.0.1', '10.0.0.2', '2001:db8::1'], m.io);
        expect([m.settings, m.onLo, m.record]).toEqual([fresh, [], undefined]);
      }),
    );
  });
});
