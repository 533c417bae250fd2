// What scripts, named pipes and mailboxes hear of one story of VRRP: the same from vipward and from real keepalived.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import {
  AF_INET,
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  openSocketIn,
  SO_BINDTODEVICE,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
} from '@vipward/sockets';
import { type Netns, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { startDirector, until } from './lib/director.ts';
import { openMailbox } from './lib/mailbox.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(120_000);

const names = [
  ...['notify', 'master', 'backup', 'fault', 'stop', 'lower', 'deleted'],
  ...['group', 'group_master', 'group_backup', 'group_fault', 'group_stop'],
];

/** An advert of VRID 51 with priority 50, which 10.77.0.2 sends. */
const lowerAdvert = Buffer.from('213332010001a24b0a4d00320000000000000000', 'hex');

interface Heard {
  readonly pipe: string;
  readonly scripts: readonly string[];
  /** Sorted: they go over connections of their own. */
  readonly mails: readonly string[];
}

const configIn = (folder: string, instance: string, vrid: number): string => `global_defs {
  router_id R1
  notification_email {
    ops@example.com
  }
  notification_email_from ka@example.org
  smtp_server 127.0.0.1 2525
  smtp_alert
  vrrp_notify_fifo ${folder}/fifo
  vrrp_notify_fifo_script ${folder}/reader root
  vrrp_notify_priority_changes on
  script_user root
}
vrrp_script good {
  script "/usr/bin/test -e ${folder}/good"
  interval 1
  weight 10
  fall 1
  rise 1
}
vrrp_sync_group G1 {
  group {
    ${instance}
  }
  sync_group_tracking_weight
  notify_master ${folder}/group_master
  notify_backup ${folder}/group_backup
  notify_fault ${folder}/group_fault
  notify_stop ${folder}/group_stop
  notify ${folder}/group
}
vrrp_instance ${instance} {
  state BACKUP
  interface eth0
  virtual_router_id ${vrid}
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.77.0.50/24
  }
  track_script {
    good
  }
  notify ${folder}/notify
  notify_master "${folder}/master with words"
  notify_backup ${folder}/backup
  notify_fault ${folder}/fault
  notify_stop ${folder}/stop
  notify_master_rx_lower_pri ${folder}/lower
  notify_deleted ${folder}/deleted
}
`;

const sendFrom = ({ name }: Netns, advert: Uint8Array): void => {
  const socket = openSocketIn(`/run/netns/${name}`, AF_INET, SOCK_RAW, 112);
  socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from('eth0\0'));
  socket.setOption(IPPROTO_IP, IP_MULTICAST_TTL, 255);
  socket.send([advert], sockaddrIn(Uint8Array.of(224, 0, 0, 18)));
  socket.close();
};

describeWith(needs('root', 'netns', 'keepalived'), 'what a director tells', () => {
  /** Master, a better script, a dead link, its return, a worse script, another instance by reload, the end. */
  const story = async (program: Program): Promise<Heard> => {
    await using net = await topology({ prefix: 'to', hosts: { a: ['10.77.0.1/24'], b: ['10.77.0.2/24'] } });
    const folder = net.hosts.a.folder('told-');
    const script = (name: string, body: string): void =>
      writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    for (const name of names) script(name, `echo ${name} "$@" >> ${folder}/scripts`);
    script('reader', `exec cat "$1" >> ${folder}/heard`);
    const content = (name: string): string =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    const pipeSays = async (text: string): Promise<void> => {
      for (let tries = 0; !content('heard').includes(text); tries += 1) {
        if (tries > 400) throw new Error(`the pipe never said ${text}:\n${content('heard')}\n${director.log()}`);
        await sleep(50);
      }
    };
    const mailbox = await openMailbox(net.hosts.a);
    const director = startDirector({
      host: net.hosts.a,
      program,
      config: configIn(folder, 'VI_1', 51),
      flags: ['-P'],
    });
    await pipeSays('"VI_1" MASTER 100\n');
    writeFileSync(join(folder, 'good'), '');
    await pipeSays('MASTER_PRIORITY 110\n');
    sendFrom(net.hosts.b, lowerAdvert);
    await pipeSays('MASTER_RX_LOWER_PRI');
    await net.hosts.a.ip('link set eth0 down');
    await pipeSays('"VI_1" FAULT 110\n');
    await net.hosts.a.ip('link set eth0 up');
    await pipeSays('"VI_1" BACKUP 110\n');
    rmSync(join(folder, 'good'));
    await pipeSays('_PRIORITY 100\n');
    await sleep(5000);
    director.reload(configIn(folder, 'VI_2', 52));
    await pipeSays('"VI_2" MASTER 100\n');
    // The mails of that are the last ones; keepalived leaves out at its end what has not been sent.
    const arrived = (subject: string): number => mailbox.mails().filter((mail) => mail.includes(subject)).length;
    const all = () => arrived('VI_2 - Entering MASTER') === 1 && arrived('G1 - Entering MASTER') === 3;
    await until('all mails', all, { timeout: 30_000 });
    await director.terminate();
    // Scripts of the end go on after it.
    const last = ['\nstop', '\ngroup_stop', 'VI_2 STOP 100', 'G1 STOP 0'];
    await until('scripts of the end', () => last.every((text) => content('scripts').includes(text)), {
      timeout: 30_000,
    });
    const mails = mailbox.mails();
    await mailbox.stop();
    return {
      // The reader is ended together with the director, and may miss the last lines.
      pipe: content('heard').replace(/INSTANCE "VI_2" STOP 100\n|GROUP "G1" STOP 0\n/g, ''),
      // Scripts of one object follow each other; those of two run side by side.
      scripts: content('scripts').trim().split('\n').sort(),
      mails,
    };
  };

  test('pipes, scripts and mails of ours equal those of keepalived', async () => {
    const [theirs, ours] = await Promise.all([story('keepalived'), story('vipward')]);
    expect(ours).toEqual(theirs);
    expect(ours.pipe).toContain('INSTANCE "VI_1" DELETED 100\n');
    const begin = new Set(ours.scripts.map((line) => line.split(' ')[0]));
    expect([...begin].sort()).toEqual([...names].sort());
    expect(ours.mails.length).toBeGreaterThan(6);
  });
});
