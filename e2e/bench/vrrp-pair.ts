// Directors for the VRRP benchmark: configurations of many virtual routers, two hosts, and what a program costs.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logged, Netns } from '@vipward/testkit';
import { keepalived, type Program, vipward } from '../lib/program.ts';

export interface RoutersPlan {
  readonly count: number;
  /** Seconds. */
  readonly interval: number;
  readonly priority: number;
  /** SCHED_RR with this priority. */
  readonly realtime?: boolean;
  /** Appended as it is. */
  readonly more?: string;
}

/** Of SCHED_RR, for both programs and the bare loop. */
export const REALTIME = 50;
// Without it keepalived is killed after 10 ms of work at a stretch.
const realtimeLines = `    vrrp_rt_priority ${REALTIME}\n    vrrp_rlimit_rttime 5000000\n`;

/** Virtual routers on each interface; there are 255 VRIDs. */
export const PER_LINK = 250;

export const linkNames = (count: number): readonly string[] =>
  Array.from({ length: Math.ceil(count / PER_LINK) }, (_, i) => `eth${i}`);

/** Version 3, one address each. */
export const routers = ({ count, interval, priority, realtime = false, more = '' }: RoutersPlan): string => {
  const one = (i: number): string => {
    const [link, vrid] = [Math.floor(i / PER_LINK), (i % PER_LINK) + 1];
    return `vrrp_instance R${i} {
    state BACKUP
    interface eth${link}
    virtual_router_id ${vrid}
    priority ${priority}
    version 3
    advert_int ${interval}
    virtual_ipaddress {
        10.80.${link}.${vrid}/32
    }
}
`;
  };
  return `global_defs {\n    router_id bench\n    vrrp_garp_master_repeat 1\n    vrrp_garp_master_delay 0\n${realtime ? realtimeLines : ''}}\n${Array.from({ length: count }, (_, i) => one(i)).join('')}${more}`;
};

export interface Running {
  readonly process: Logged;
  readonly file: string;
  log(): string;
}

/** VRRP alone, in the foreground, its files in a folder of its own: pid files of a killed one must not be believed. */
export const start = (host: Netns, program: Program, config: string, folder: string, detail = false): Running => {
  const place = mkdtempSync(join(folder, `${program}-`));
  const file = join(place, 'keepalived.conf');
  writeFileSync(file, config);
  const flags = ['-n', '-l', '-P', '-G', ...(detail ? ['-D'] : []), '-f', file];
  const pids = ['-p', join(place, 'main.pid'), '-r', join(place, 'vrrp.pid')];
  const child =
    program === 'vipward'
      ? host.spawn(vipward, ['keepalived', ...flags, ...pids])
      : host.spawn(keepalived, [...flags, ...pids]);
  return { process: child, file, log: child.log };
};

/** Nanoseconds of processor time that all processes of the group have used so far. */
export const cpuOf = ({ process: { pid } }: Running): number => {
  let sum = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
      if (group !== pid) continue;
      for (const task of readdirSync(`/proc/${entry}/task`))
        sum += Number(readFileSync(`/proc/${entry}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
};

export const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

/** The value that a share of all are at most. */
export const quantile = (values: readonly number[], share: number): number => {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.ceil(share * all.length) - 1)] ?? Number.NaN;
};
