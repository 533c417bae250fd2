// What snmpwalk and a trap receiver see of one director: the same from vipward and from real keepalived, but for what the guide lists.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { startDirector, until } from './lib/director.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(120_000);

const mib = '.1.3.6.1.4.1.9586.100.5';

const configIn = (folder: string): string => `global_defs {
  router_id R1
  notification_email {
    ops@example.com
    night@example.com
  }
  notification_email_from ka@example.org
  smtp_server 192.0.2.9 2525
  smtp_connect_timeout 20
  enable_snmp_vrrp
  enable_snmp_rfc
  enable_traps
  snmp_socket unix:${folder}/agentx
  script_user root
}
static_ipaddress {
  10.77.3.1/24 dev eth0
}
static_routes {
  10.79.0.0/24 via 10.77.0.2 dev eth0 metric 5
}
static_rules {
  from 10.71.0.0/24 table 100 priority 300
}
track_file number {
  file ${folder}/number
  weight 3
}
vrrp_track_process sleeper {
  process "sleep 123"
  weight 7 reverse
  delay 2
}
vrrp_script good {
  script "/usr/bin/true x y"
  interval 1
  weight 10
  rise 2
}
vrrp_sync_group G1 {
  group {
    V_1
    V_2
  }
  notify_master "/usr/bin/true gm"
  notify "/usr/bin/true gn"
  smtp_alert
  sync_group_tracking_weight
}
vrrp_instance V_1 {
  interface eth0
  state MASTER
  virtual_router_id 51
  priority 150
  authentication {
    auth_type PASS
    auth_pass abc
  }
  virtual_ipaddress {
    10.77.0.50/24 dev eth0 label eth0:1
    10.77.0.51/32 brd 10.77.0.255 scope link
  }
  virtual_ipaddress_excluded {
    10.77.1.1/24
    fd00:77::9/64
  }
  virtual_routes {
    10.88.0.0/16 via 10.77.0.3 dev eth0 src 10.77.0.50 metric 10 table 77
    10.89.0.0/16 nexthop via 10.77.0.4 dev eth0 weight 2 nexthop via 10.77.0.5 dev eth0 weight 3
  }
  virtual_rules {
    from 10.99.0.0/24 to 10.98.0.0/16 table 77 priority 1000
    fwmark 7/15 lookup 78 iif eth0 priority 1001
  }
  track_script {
    good
  }
  notify_backup "/usr/bin/true b"
  garp_master_delay 7
  smtp_alert
}
vrrp_instance V_2 {
  interface eth0
  state BACKUP
  version 3
  virtual_router_id 52
  priority 100
  advert_int 0.5
  nopreempt
  virtual_ipaddress {
    fe80::52
  }
  track_interface {
    lo weight 3
  }
  track_file {
    number
  }
  track_process {
    sleeper
  }
  notify "/usr/bin/true n"
  notify_deleted
  promote_secondaries
}
`;

/** The version; results of scripts, files and processes; and whether an address is advertised. */
const notCompared = ['1.1.', '2.9.1.6.', '2.13.1.4.', '2.21.1.13.', '2.21.1.14.', '2.6.1.11.'].map(
  (name) => `${mib}.${name}`,
);

const rfc2787 = '.1.3.6.1.2.1.68';
const rfc6527 = '.1.3.6.1.2.1.207';
/** Times, reasons, the last protocol error, and who is master while we are. */
const notComparedOfRfcs = [
  ...['1.3.1.7.', '1.3.1.13.', '2.4.1.10.'].map((name) => `${rfc2787}.${name}`),
  ...['1.1.1.1.12.', '1.2.4.', '1.2.5.1.2.', '1.2.5.1.6.', '1.2.5.1.12.'].map((name) => `${rfc6527}.${name}`),
];

interface Seen {
  readonly variables: readonly string[];
  /** Each with its values, without the time. */
  readonly traps: readonly string[];
}

describeWith(
  needs('root', 'netns', 'keepalived', 'program:snmpd', 'program:snmpwalk', 'program:snmptrapd'),
  'SNMP',
  () => {
    let net: Topology<'a'>;
    let folder: string;
    beforeEach(async () => {
      net = await topology({ prefix: 'sn', hosts: { a: ['10.77.0.1/24'] } });
      folder = mkdtempSync(join(tmpdir(), 'snmp-'));
      writeFileSync(join(folder, 'number'), '1\n');
      const master = ['agentaddress udp:127.0.0.1:1161', 'rwcommunity public 127.0.0.1', 'master agentx'];
      const more = [`agentXSocket ${folder}/agentx`, 'trap2sink 127.0.0.1:1162 public'];
      writeFileSync(join(folder, 'snmpd.conf'), [...master, ...more, ''].join('\n'));
    });
    afterEach(async () => {
      await net.delete();
      rmSync(folder, { recursive: true, force: true });
    });

    const startSnmpd = (): Logged =>
      net.hosts.a.spawn('snmpd', [
        '-f',
        '-C',
        '-c',
        join(folder, 'snmpd.conf'),
        '-Lo',
        '-p',
        join(folder, 'snmpd.pid'),
      ]);

    /** What it prints, refusals too. */
    const ask = async (command: 'snmpwalk' | 'snmpbulkwalk' | 'snmpset', words: readonly string[]): Promise<string> => {
      const usual = ['-v2c', '-c', 'public', '-On', '-m', '', '127.0.0.1:1161'];
      const { stdout, stderr } = await net.hosts.a.tryExec(command, [...usual, ...words]);
      return stdout + stderr;
    };

    const walk = async (root = mib): Promise<readonly string[]> => (await ask('snmpwalk', [root])).trim().split('\n');

    const isMaster = async (): Promise<boolean> =>
      (await ask('snmpwalk', [`${mib}.2.1.1.3`])).includes(`${mib}.2.1.1.3.1 = INTEGER: 2`);

    const see = async (program: Program): Promise<Seen> => {
      const options = ['-f', '-Lo', '-On', '-C', '-c', '/dev/null', '--disableAuthorization=yes', '-m', ''];
      const receiver = net.hosts.a.spawn('snmptrapd', [
        ...options,
        '-p',
        join(folder, 'trapd.pid'),
        'udp:127.0.0.1:1162',
      ]);
      await receiver.waitFor('NET-SNMP version');
      const snmpd = startSnmpd();
      await snmpd.waitFor('NET-SNMP version');
      const director = startDirector({ host: net.hosts.a, program, config: configIn(folder), flags: ['-P'] });
      await until('the group is master', isMaster, { timeout: 40_000 });
      // The weights of scripts, files and processes count by now.
      await until(
        'the script has been counted',
        async () => (await ask('snmpwalk', [`${mib}.2.3.1.8`])).includes('.1 = INTEGER: 160'),
        { timeout: 20_000 },
      );
      const left = [...notCompared, ...notComparedOfRfcs];
      const variables = [...(await walk()), ...(await walk(rfc2787)), ...(await walk(rfc6527))].filter(
        (line) => !left.some((name) => line.startsWith(name)),
      );
      await director.terminate();
      await receiver.waitFor(/V_2"\t[^\n]* = INTEGER: 5/);
      const traps = trapsIn(receiver.log());
      await snmpd.stop();
      await receiver.stop();
      return { variables, traps };
    };

    test('shows the variables that keepalived shows, and sends its traps for instances', async () => {
      const [ours, theirs] = [await see('vipward'), await see('keepalived')];
      expect(ours.variables).toEqual(theirs.variables);
      expect(ours.variables.length).toBeGreaterThan(300);
      const ofInstances = (traps: readonly string[]): readonly string[] =>
        traps.filter((trap) => trap.startsWith(`${mib}.2.10.0.2`)).toSorted();
      expect(ofInstances(ours.traps)).toEqual(ofInstances(theirs.traps));
      expect(ofInstances(ours.traps)).toHaveLength(6);
    });

    test('waits for snmpd, finds it again, answers in bulk, and lets nothing be set', async () => {
      const director = startDirector({
        host: net.hosts.a,
        program: 'vipward',
        config: configIn(folder),
        flags: ['-P'],
      });
      await director.waitFor('SNMP: no AgentX master at');
      const first = startSnmpd();
      await until('snmpd shows the master', isMaster, { timeout: 40_000 });
      await first.stop();
      await startSnmpd().waitFor('NET-SNMP version');
      await until('the next snmpd shows the master', isMaster, { timeout: 40_000 });
      const bulk = (await ask('snmpbulkwalk', [mib])).trim().split('\n');
      expect(bulk.filter((line) => !line.includes('.2.3.1.8.'))).toEqual(
        (await walk()).filter((line) => !line.includes('.2.3.1.8.')),
      );
      expect(await ask('snmpset', [`${mib}.2.3.1.7.1`, 'i', '99'])).toContain('notWritable');
      expect(await director.terminate()).toBe(0);
      expect(director.log().match(/SNMP: no AgentX master/g)).toHaveLength(2);
    });
  },
);

/** `TYPE NAME = VALUE ...` of each. */
const trapsIn = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => line.includes(`OID: ${mib}`))
    .map((line) => line.slice(line.indexOf(`OID: ${mib}`) + 'OID: '.length).trim());
