// The check part: what a virtual server and its real servers show, with counters of the kernel and the checker's verdicts.
import { describe, expect, test } from '@jest/globals';
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { DestinationEntry, ServiceEntry, Stats } from '@vipward/netlink';
import { checkObjects } from '../../src/mib/check.ts';
import { checkPart, entryOf } from '../../src/mib/names.ts';
import { partsFor } from '../../src/mib/objects.ts';
import type { Snapshot } from '../../src/mib/snapshot.ts';
import { serverTraps, vrrpTraps } from '../../src/mib/traps.ts';
import { shown, snapshotOf, walk } from './fixture.ts';

const text = `global_defs {
  router_id R1
  enable_snmp_checker
  enable_snmp_vrrp
}
vrrp_instance V_1 {
  interface eth0
  state MASTER
  virtual_router_id 51
  virtual_ipaddress {
    10.77.0.50
  }
}
virtual_server_group VG {
  10.77.0.201-202 80
  fwmark 9
}
virtual_server 10.77.0.50 80 {
  delay_loop 4
  lb_algo wlc
  lb_kind NAT
  protocol TCP
  persistence_timeout 50
  persistence_granularity 255.255.255.0
  snmp_name web
  quorum 2
  sorry_server 10.77.0.8 8080
  real_server 10.77.0.1 80 {
    weight 5
    snmp_name r1
    uthreshold 100
    inhibit_on_failure
    TCP_CHECK {
      connect_timeout 2
      retry 1
      delay_before_retry 3
    }
  }
  real_server 10.77.0.2 80 {
    lvs_method TUN type gue port 6080 csum
  }
}
virtual_server fwmark 7 {
  lb_algo sh
  lb_kind DR
  real_server 10.77.0.3 {
  }
}
virtual_server group VG {
  lb_algo mh
  lb_kind DR
  protocol UDP
  ops
  real_server 10.77.0.4 80 {
    weight 2
  }
}
virtual_server fd00:77::80 53 {
  lb_algo rr
  lb_kind NAT
  protocol UDP
  persistence_timeout 300
  persistence_granularity 64
  real_server fd00:77::81 53 {
  }
}
`;

const ip = (written: string): IpAddress => {
  const address = parseIp(written);
  if (address === undefined) throw new Error(`${written} is no address`);
  return address;
};

const stats = (connections: bigint): Stats => ({
  connections,
  inPackets: 2n,
  outPackets: 3n,
  inBytes: 2n ** 33n,
  outBytes: 5n,
  cps: 2n ** 32n + 6n,
  inPps: 7n,
  outPps: 8n,
  inBps: 9n,
  outBps: 10n,
});

const service = (key: ServiceEntry['key'], of: Stats): ServiceEntry => ({
  key,
  scheduler: 'wlc',
  persistent: false,
  onePacket: false,
  schedFlags: 0,
  timeout: 0,
  netmask: 0xffffffff,
  engine: '',
  stats: of,
});

const destination = (address: string, port: number, of: Stats): DestinationEntry => ({
  key: { address: ip(address), port },
  forwarding: 'masq',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  activeConnections: 11,
  inactiveConnections: 12,
  persistentConnections: 13,
  stats: of,
});

const tcp = (address: string, port: number) => ({ kind: 'address', protocol: 6, address: ip(address), port }) as const;
const udp = (address: string, port: number) => ({ kind: 'address', protocol: 17, address: ip(address), port }) as const;

const live: Partial<Snapshot> = {
  services: [
    {
      service: 'tcp 10.77.0.50:80',
      name: '[10.77.0.50]:tcp:80',
      quorum: 'down',
      realServers: [
        {
          server: '10.77.0.1:80',
          alive: false,
          weight: 4,
          checks: [{ kind: 'TCP_CHECK', verdict: 'down', tried: true, failures: 0 }],
        },
        { server: '10.77.0.2:80', alive: true, weight: 1, checks: [] },
      ],
    },
  ],
  table: [
    {
      service: service(tcp('10.77.0.50', 80), stats(2n ** 32n + 1n)),
      destinations: [destination('10.77.0.1', 80, stats(4n))],
    },
    { service: service(udp('10.77.0.201', 80), stats(20n)), destinations: [destination('10.77.0.4', 80, stats(1n))] },
    { service: service(udp('10.77.0.202', 80), stats(22n)), destinations: [destination('10.77.0.4', 80, stats(1n))] },
  ],
};

describe('the check part', () => {
  const snapshot = snapshotOf(text, live);
  const objects = checkObjects(snapshot);
  const virtualServers = walk(objects, entryOf(checkPart, 3));
  const realServers = walk(objects, entryOf(checkPart, 4));

  test('shows a virtual server: what it is, how it schedules, and whether it has its quorum', () => {
    expect(virtualServers).toMatchObject({
      ...{ '2.1': 2, '2.2': 1, '2.3': 3, '2.4': 2, '3.3': 'VG', '4.2': 7, '5.1': 1, '5.4': 2 },
      ...{ '6.1': '10.77.0.50', '6.4': 'fd00:77::80', '7.1': 80, '8.1': 1, '8.3': 2 },
      ...{ '9.1': 4, '9.2': 8, '9.3': 13, '10.1': 1, '10.2': 2, '13.1': 1, '13.2': 2, '14.1': 50 },
      ...{ '15.1': '255.255.255.0', '15.2': '255.255.255.255', '51.2': 4294967295, '51.4': 64 },
      ...{ '16.1': 4, '64.1': 4_000_000, '20.1': 2, '21.1': 1, '22.1': 2, '23.1': 2, '23.2': 1, '71.1': 'web' },
      ...{ '37.1': 2, '37.3': 1 },
    });
    for (const absent of ['6.2', '7.3', '8.2', '14.2', '15.4', '51.1', '71.2']) {
      expect(virtualServers).not.toHaveProperty([absent]);
    }
  });

  test('shows services that are in the kernel as alive, with counters of 32 and of 64 bits', () => {
    expect(virtualServers).toMatchObject({ '11.1': 1, '11.2': 2, '11.3': 1 });
    expect(virtualServers).toMatchObject({ '27.1': 1, '38.1': '4294967297', '28.1': 2, '30.1': '8589934592' });
    expect(virtualServers).toMatchObject({ '32.1': 6, '41.1': 6, '42.1': 1, '50.1': 0, '49.1': 10 });
  });

  test('adds up what the members of a group have', () => {
    expect(virtualServers).toMatchObject({ '38.3': '42', '28.3': 4 });
    expect(realServers).toMatchObject({ '15.3.1': 22, '27.3.1': '2' });
  });

  test('shows the sorry server first, then real servers with the verdicts of their checks', () => {
    expect(realServers).toMatchObject({
      ...{ '2.1.1': 2, '2.1.2': 1, '4.1.1': '10.77.0.8', '5.1.1': 8080, '47.1.1': 2 },
      ...{ '4.1.2': '10.77.0.1', '6.1.2': 2, '7.1.2': 4, '8.1.2': 100, '10.1.2': 2, '13.1.2': 1, '55.1.2': 'r1' },
      ...{ '43.1.2': 1, '44.1.2': 3, '48.1.2': 3_000_000, '51.1.2': 2_000_000, '51.1.3': 5_000_000 },
      ...{ '6.1.3': 1, '10.1.3': 1, '13.1.3': 0, '40.1.3': 3, '52.1.3': 2, '53.1.3': 6080, '54.1.3': 2 },
      ...{ '15.1.2': 11, '16.1.2': 12, '17.1.2': 13, '14.1.2': 4, '14.1.3': 0, '4.2.1': '10.77.0.3' },
    });
    for (const absent of ['6.1.1', '7.1.1', '9.1.2', '55.1.3']) expect(realServers).not.toHaveProperty([absent]);
  });

  test('shows the addresses and marks of a group as its members', () => {
    expect(walk(objects, entryOf(checkPart, 2))).toMatchObject({
      ...{ '2.1.1': 1, '3.1.1': 9, '2.1.2': 2, '5.1.2': '10.77.0.201', '5.1.3': '10.77.0.202', '8.1.3': 80 },
    });
  });

  test('says of a checker that does not answer what the configuration says', () => {
    const silent = walk(checkObjects(snapshotOf(text)), entryOf(checkPart, 4));
    expect(silent).toMatchObject({ '6.1.2': 1, '7.1.2': 5, '13.1.2': 0 });
  });
});

describe('a group behind a mark of nftables_ipvs', () => {
  const marked = `global_defs {
  enable_snmp_checker
  nftables_ipvs
}
virtual_server_group VG {
  10.77.0.201-202 80
}
virtual_server group VG {
  lb_algo rr
  lb_kind DR
  protocol TCP
  real_server 10.77.0.4 80 {
    weight 2
  }
}
`;
  const behind = (mark: number) => ({
    service: service({ kind: 'fwmark', mark, family: 4 }, stats(20n)),
    destinations: [destination('10.77.0.4', 0, stats(7n))],
  });
  const report = (mark: number) => ({
    ...({ service: `fwmark ${mark} ipv4`, name: '[VG]:0', standsFor: 'VG TCP', quorum: 'down' } as const),
    realServers: [{ server: '10.77.0.4:0', alive: false, weight: 2, checks: [] }],
  });
  const rows = (more: Partial<Snapshot>) => {
    const objects = checkObjects(snapshotOf(marked, more));
    return { ...walk(objects, entryOf(checkPart, 3)), ...walk(objects, [...entryOf(checkPart, 4), 14]) };
  };

  test('has the counters and the verdicts of the service of its mark, also of one that a reload gave', () => {
    const found = rows({ table: [behind(1000), behind(1004)], services: [report(1004)] });
    expect(found).toMatchObject({ '11.1': 1, '27.1': 20, '21.1': 0, '23.1': 2, '1.1': 7 });
  });

  test('has the counters of the mark that the file gives while the checker does not answer', () => {
    expect(rows({ table: [behind(1000)] })).toMatchObject({ '11.1': 1, '27.1': 20, '21.1': 1 });
  });

  test('takes no service of the same mark for its own when nft gave none', () => {
    const other = { ...report(1000), service: 'tcp 10.77.0.201:80', standsFor: 'other' };
    expect(rows({ table: [behind(1000)], services: [other] })).toMatchObject({ '11.1': 2 });
  });
});

describe('traps', () => {
  const snapshot = snapshotOf(text, live);
  const values = (
    traps: readonly (readonly { readonly name: readonly number[]; readonly value: Parameters<typeof shown>[0] }[])[],
  ) => traps.map((trap) => Object.fromEntries(trap.map(({ name, value }) => [name.slice(-4).join('.'), shown(value)])));

  test('of a real server name it, its virtual server, and how many are left', () => {
    const change = { kind: 'RS', realServer: '[10.77.0.1]:tcp:80', virtualServer: '[10.77.0.50]:tcp:80' } as const;
    expect(values(serverTraps(snapshot, { ...change, up: false }, false))).toEqual([
      {
        '1.4.1.0': '1.3.6.1.4.1.9586.100.5.3.5.0.1',
        ...{ '3.4.1.3': 1, '3.4.1.4': '10.77.0.1', '3.4.1.5': 80, '3.4.1.6': 2 },
        ...{ '3.3.1.2': 2, '3.3.1.5': 1, '3.3.1.6': '10.77.0.50', '3.3.1.7': 80, '3.3.1.8': 1 },
        ...{ '3.3.1.21': 1, '3.3.1.20': 2, '5.1.2.0': 'R1' },
      },
    ]);
    expect(serverTraps(snapshot, { ...change, realServer: '[10.9.9.9]:tcp:80', up: true }, false)).toEqual([]);
  });

  test('of a quorum tell a loss from the end of the daemon', () => {
    const quorum = (virtualServer: string, stopping: boolean) =>
      values(serverTraps(snapshot, { kind: 'VS', virtualServer, up: false }, stopping))[0];
    expect(quorum('FWM 7', false)).toMatchObject({ '3.3.1.4': 7, '3.3.1.8': 4, '3.3.1.23': 2, '3.3.1.22': 1 });
    expect(quorum('[VG]:0', true)).toMatchObject({ '3.3.1.3': 'VG', '3.3.1.8': 2, '3.3.1.23': 3 });
  });

  test('of VRRP are sent for states, not for priorities, and only with the VRRP part', () => {
    expect(values(vrrpTraps(snapshot, { kind: 'INSTANCE', name: 'V_1', state: 'FAULT' }))).toEqual([
      {
        '1.4.1.0': '1.3.6.1.4.1.9586.100.5.2.10.0.2',
        ...{ '2.3.1.2': 'V_1', '2.3.1.4': 3, '2.3.1.5': 2, '5.1.2.0': 'R1' },
      },
    ]);
    expect(vrrpTraps(snapshot, { kind: 'INSTANCE', name: 'V_1', state: 'MASTER_PRIORITY' })).toEqual([]);
    const without = snapshotOf(text.replace('enable_snmp_vrrp', ''));
    expect(vrrpTraps(without, { kind: 'GROUP', name: 'G', state: 'MASTER' })).toEqual([]);
  });
});

test('a part is there when its keyword is, and the global part with any of them', () => {
  const descriptions = (words: string): readonly string[] =>
    partsFor(snapshotOf(`global_defs {\n${words}\n}\n`).config.global).map(({ description }) => description.slice(16));
  expect(descriptions('enable_traps')).toEqual([]);
  expect(descriptions('enable_snmp_keepalived')).toEqual(['global part', 'VRRP part']);
  expect(descriptions('enable_snmp_checker')).toEqual(['global part', 'check part']);
});
