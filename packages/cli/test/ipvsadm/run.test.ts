// What a whole run prints and returns where no recording shows it.
import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import { NetlinkError, type ServiceKey } from '@vipward/netlink';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { formatLarge } from '../../src/ipvsadm/table.ts';
import { connectionsHeader, memorySetup } from './memory.ts';

const failingToOpen = async (error: Error, args: readonly string[] = ['-L']) => {
  const said: string[] = [];
  const io = memorySetup().io({ stdout: (text) => void said.push(text), stderr: (text) => void said.push(text) });
  const openKernel = () => Promise.reject(error);
  return { exit: await runIpvsadm(args, { ...io, openKernel }), said: said.join('') };
};

describe('without IPVS', () => {
  const absent = new NetlinkError({ code: 'IPVS_ABSENT', operation: 'find IPVS', errno: 2, errnoName: 'ENOENT' });
  const complaint =
    "Can't initialize ipvs: Protocol not available\n" +
    'Are you sure that IP Virtual Server is built in the kernel or as module?\n';

  test.each([['-L'], ['-A'], ['--bogus']])('%s is refused before it is looked at', async (word) => {
    expect(await failingToOpen(absent, [word])).toEqual({ exit: 2, said: complaint });
  });

  test('help and version are there all the same', async () => {
    expect(await failingToOpen(absent, ['-v'])).toEqual({
      exit: 0,
      said: 'ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n',
    });
    expect((await failingToOpen(absent, ['--help', '-L'])).exit).toBe(0);
  });
});

test('who is not root is told so', async () => {
  const refused = new NetlinkError({ code: 'NETLINK_REFUSED', operation: 'info', errno: 1, errnoName: 'EPERM' });
  expect(await failingToOpen(refused)).toEqual({
    exit: 2,
    said:
      "Can't initialize ipvs: Permission denied (you must be root)\n" +
      'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
  });
});

test.each([
  [['-D', '-t', '10.0.0.1:80'], ''],
  [['-R'], '-D -t 10.0.0.1:80\n'],
])('%j says in one line that IPVS was unloaded meanwhile', async (words, stdin) => {
  const setup = memorySetup();
  const operation = 'find IPVS in the kernel';
  const gone = new NetlinkError({ code: 'IPVS_ABSENT', operation, message: 'this kernel has no IPVS' });
  const said: string[] = [];
  const io = setup.io({ stdout: (text) => void said.push(text), stderr: (text) => void said.push(text) }, stdin);
  const openKernel = async () => ({ ...setup.kernel, apply: () => Promise.reject(gone) });
  expect(await runIpvsadm(words, { ...io, openKernel })).toBe(255);
  expect(said.join('')).toBe('find IPVS in the kernel: this kernel has no IPVS\n');
});

describe('names', () => {
  test('are never looked up with -n', async () => {
    const setup = memorySetup();
    await setup.run(['-A', '-t', '10.0.0.1:80']);
    for (const list of ['-Ln', '-Sn', '-Lnc']) await setup.run([list]);
    expect(setup.lookups).toEqual([]);
  });

  test('are looked up once for each address', async () => {
    const setup = memorySetup();
    await setup.run(['-A', '-t', '10.0.0.1:80']);
    await setup.run(['-A', '-u', '10.0.0.1:53']);
    await setup.run(['-a', '-t', '10.0.0.1:80', '-r', '10.1.0.1']);
    await setup.run(['-L']);
    expect(setup.lookups).toEqual(['10.0.0.1', '10.1.0.1']);
  });
});

describe('counters', () => {
  test.each([
    [99_999_999n, '99999999'],
    [100_000_999n, '100000K'],
    [999_999_999n, '999999K'],
    [1_000_800_000n, '1000M'],
    [99_999_999_999n, '99999M'],
    [100_000_000_000n, '100G'],
    [99_999_999_999_999n, '99999G'],
    [100_000_000_000_000n, '100T'],
    [2n ** 64n - 1n, '18446744T'],
  ])('%s is shown as %s', (number, shown) => {
    expect(formatLarge(number)).toBe(shown);
  });

  test('have all their digits with --exact', async () => {
    const setup = memorySetup();
    await setup.run(['-A', '-f', '1']);
    const key: ServiceKey = { kind: 'fwmark', mark: 1, family: 4 };
    setup.table.setServiceStats(key, { connections: 7n, inBytes: 123_456_789_012n, cps: 3n, outBps: 100_000_000n });
    const lastLine = async (...args: string[]) => (await setup.run(args)).stdout.split('\n').at(-2);
    expect(await lastLine('-Ln', '--stats')).toBe(
      'FWM  1                                   7        0        0     123G        0',
    );
    expect(await lastLine('-Ln', '--stats', '--exact')).toBe(
      'FWM  1                                   7        0        0 123456789012        0',
    );
    expect(await lastLine('-Ln', '--rate')).toBe(
      'FWM  1                                   3        0        0        0  100000K',
    );
  });
});

describe('connections', () => {
  const entries = [
    'TCP 0A140002 A029 0A000001 0050 0A010001 0050 ESTABLISHED     897',
    'UDP 20010db8000000000000000000000001 9C40 20010db8000000000000000000000001 0035 0A1E0003 1388 UDP             297',
    'UDP 2001:0db8:0000:0000:0000:0000:0000:0001 9C40 0A000001 0035 0A1E0003 1388 ASSURED          58 sip abc123@h',
    'TCP 0A140002 0000 0A140064 1F40 0A1E0002 1F40 ASSURED        7198',
  ];

  test('are shown with numbers', async () => {
    const setup = memorySetup();
    setup.connections = `${[connectionsHeader, ...entries].join('\n')}\n`;
    expect((await setup.run(['-Lcn', '--persistent-conn'])).stdout).toBe(
      `IPVS connection entries
pro expire state       source             virtual            destination        pe name          pe_data
TCP 14:57  ESTABLISHED 10.20.0.2:41001    10.0.0.1:80        10.1.0.1:80
UDP 04:57  UDP         [2001:db8::1]:40000 [2001:db8::1]:53   10.30.0.3:5000
UDP 00:58  ASSURED     [2001:db8::1]:40000 10.0.0.1:53        10.30.0.3:5000   sip                abc123@h
TCP 119:58 ASSURED     10.20.0.2:0        10.20.0.100:8000   10.30.0.2:8000
`,
    );
  });

  test('are shown with names', async () => {
    const setup = memorySetup();
    setup.connections = `${[connectionsHeader, ...entries.slice(0, 2)].join('\n')}\n`;
    expect((await setup.run(['-Lc'])).stdout).toBe(
      `IPVS connection entries
pro expire state       source             virtual            destination
TCP 14:57  ESTABLISHED 10.20.0.2:41001    vip1.example.net:http rs1.example.net:http
UDP 04:57  UDP         [vip6.example.net]:40000 [vip6.example.net]:domain 10.30.0.3:5000
`,
    );
  });

  test('that make no sense end the listing', async () => {
    const setup = memorySetup();
    setup.connections = `${connectionsHeader}\n${entries[0]}\nTCP nonsense\n`;
    const { stdout, stderr, exit } = await setup.run(['-Lcn']);
    expect(stdout).toContain('10.1.0.1:80\n');
    expect({ stderr, exit }).toEqual({ stderr: 'unexpected input from /proc/net/ip_vs_conn\n', exit: 1 });
  });
});

test('long names are cut at 59 characters, of IPv4 hosts in listings at 28', async () => {
  const setup = memorySetup();
  const host = 'aaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee.fffffffffggggg';
  const streams: string[] = [];
  const io = setup.io({ stdout: (text) => void streams.push(text), stderr: () => undefined });
  const names = { ...io.names, hostOf: async () => host };
  const run = async (...args: string[]): Promise<string> => {
    streams.length = 0;
    await runIpvsadm(args, { ...io, names });
    return streams.join('');
  };
  expect(parseIp('2001:db8::9')).toBeDefined();
  await run('-A', '-t', '10.2.0.3:65001');
  await run('-A', '-t', '[2001:db8::9]:80');
  expect(await run('-S')).toBe(`-A -t ${host.slice(0, 59)} -s wlc\n-A -t [${host.slice(0, 58)} -s wlc\n`);
  expect(await run('-L', '--rate')).toContain(`TCP  ${host.slice(0, 28)}        0`);
  expect(await run('-L')).toContain(`TCP  [${host.slice(0, 58)} wlc\n`);
});
