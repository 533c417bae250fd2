// The MIBs of RFC 2787 and RFC 6527, from what the VRRP worker says of its instances.
import { describe, expect, test } from '@jest/globals';
import type { InstanceStatus } from '@vipward/vrrp';
import { vrrpMib, vrrpv3Mib } from '../../src/mib/names.ts';
import { partsFor } from '../../src/mib/objects.ts';
import { rfc2787Objects } from '../../src/mib/rfc2787.ts';
import { rfc6527Objects } from '../../src/mib/rfc6527.ts';
import { newMasterTraps, wantsNewMaster } from '../../src/mib/traps.ts';
import { configOf, shown, snapshotOf, walk } from './fixture.ts';

const text = `global_defs {
  enable_snmp_rfc
  enable_traps
}
vrrp_instance A {
  interface eth0
  state MASTER
  virtual_router_id 51
  priority 150
  advert_int 2
  authentication {
    auth_type PASS
    auth_pass abc
  }
  virtual_ipaddress {
    10.77.0.50
    10.77.0.51
  }
}
vrrp_instance B {
  interface eth0
  version 3
  virtual_router_id 53
  priority 90
  advert_int 0.5
  nopreempt
  virtual_ipaddress {
    fe80::53
  }
}
vrrp_instance C {
  interface gone
  virtual_router_id 54
  virtual_ipaddress {
    10.77.0.54
  }
}
`;

const common = { interfaceName: 'eth0', advertsSent: 9, advertsReceived: 8, priority: 1 } as const;
const instances: readonly InstanceStatus[] = [
  {
    ...common,
    ...{ name: 'A', virtualRouterId: 51, version: 2, family: 4, role: 'master', source: '10.77.0.1', becameMaster: 3 },
    ...{ priorityZeroSent: 4, priorityZeroReceived: 5 },
    advertsRejected: { checksum: 10, ttl: 11, interval: 12, 'auth-pass': 13, 'auth-type': 14, length: 15 },
  },
  {
    ...common,
    ...{ name: 'B', virtualRouterId: 53, version: 3, family: 6, role: 'backup', source: 'fe80::1' },
    ...{ master: { address: 'fe80::2', priority: 200 }, advertsRejected: { version: 6, checksum: 1 } },
  },
  {
    ...common,
    ...{ name: 'C', virtualRouterId: 54, version: 2, family: 4, role: 'fault', interfaceName: 'gone' },
    advertsRejected: {},
  },
];
const snapshot = snapshotOf(text, { instances });

describe('VRRP-MIB', () => {
  const found = walk(rfc2787Objects(snapshot), vrrpMib);

  test('shows instances of version 2 by interface and VRID', () => {
    expect(found).toMatchObject({
      ...{ '1.1.0': 2, '1.2.0': 1, '1.3.1.3.3.51': 3, '1.3.1.4.3.51': 1, '1.3.1.5.3.51': 150, '1.3.1.6.3.51': 2 },
      ...{ '1.3.1.7.3.51': '10.77.0.1', '1.3.1.8.3.51': '10.77.0.1', '1.3.1.9.3.51': 2, '1.3.1.11.3.51': 2 },
      ...{ '1.3.1.12.3.51': 1, '1.4.1.2.3.51.10.77.0.50': 1, '1.4.1.2.3.51.10.77.0.51': 1 },
    });
    expect(Object.keys(found).some((name) => name.includes('.53') || name.includes('.54'))).toBe(false);
  });

  test('counts what was sent, heard and refused, and why', () => {
    expect(found).toMatchObject({
      ...{ '2.1.0': 10, '2.2.0': 0, '2.4.1.1.3.51': 3, '2.4.1.2.3.51': 8, '2.4.1.3.3.51': 12, '2.4.1.4.3.51': 13 },
      ...{ '2.4.1.5.3.51': 11, '2.4.1.6.3.51': 5, '2.4.1.7.3.51': 4, '2.4.1.11.3.51': 14, '2.4.1.12.3.51': 15 },
    });
  });

  test('tells of a new master with its address', () => {
    const change = { kind: 'INSTANCE', name: 'A', state: 'MASTER' } as const;
    expect(wantsNewMaster(snapshot, change)).toBe(true);
    expect(wantsNewMaster(snapshot, { ...change, state: 'BACKUP' })).toBe(false);
    expect(wantsNewMaster({ config: configOf(text.replace('enable_snmp_rfc', '')) }, change)).toBe(false);
    const traps = newMasterTraps(snapshot, change).map((trap) =>
      trap.map(({ name, value }) => [name.join('.'), shown(value)]),
    );
    expect(traps).toEqual([
      [
        ['1.3.6.1.6.3.1.1.4.1.0', '1.3.6.1.2.1.68.0.1'],
        ['1.3.6.1.2.1.68.1.3.1.7.3.51', '10.77.0.1'],
      ],
    ]);
    expect(newMasterTraps(snapshot, { ...change, name: 'B' })).toEqual([]);
  });
});

test('VRRPV3-MIB shows instances of both versions by interface, VRID and family', () => {
  const found = walk(rfc6527Objects(snapshot), vrrpv3Mib);
  expect(found).toMatchObject({
    ...{ '1.1.1.1.3.3.51.1': '10.77.0.1', '1.1.1.1.3.3.53.2': 'fe80::2', '1.1.1.1.4.3.53.2': 'fe80::1' },
    ...{ '1.1.1.1.6.3.51.1': 3, '1.1.1.1.6.3.53.2': 2, '1.1.1.1.7.3.53.2': 90, '1.1.1.1.9.3.51.1': 200 },
    ...{ '1.1.1.1.9.3.53.2': 50, '1.1.1.1.10.3.53.2': 2, '1.1.2.1.2.3.51.1.10.77.0.51': 1 },
    ...{ '1.1.2.1.2.3.53.2.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.83': 1, '1.2.1.0': '11', '1.2.2.0': '6' },
    ...{ '1.2.5.1.1.3.51.1': 3, '1.2.5.1.7.3.51.1': '5', '1.2.5.1.8.3.51.1': '4', '1.2.5.1.13.3.53.2': 500 },
  });
});

test('enable_snmp_rfc switches both on, its two sisters one each', () => {
  const subtrees = (word: string): readonly string[] =>
    partsFor(configOf(`global_defs {\n${word}\n}\n`).global).map(({ subtree }) => subtree.join('.'));
  expect(subtrees('enable_snmp_rfc')).toEqual(['1.3.6.1.2.1.68', '1.3.6.1.2.1.207']);
  expect(subtrees('enable_snmp_rfcv2')).toEqual(['1.3.6.1.2.1.68']);
  expect(subtrees('enable_snmp_rfcv3')).toEqual(['1.3.6.1.2.1.207']);
});
