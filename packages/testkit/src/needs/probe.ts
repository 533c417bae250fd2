// What a test may need of the machine, and how to find out whether it is there.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A name with a probe below, `program:NAME` for an executable, or `link:KIND` for a kind of network link. */
export type Need = keyof typeof probes | `program:${string}` | `link:${string}`;

/** Why each missing need is missing, in words that say what to do; empty when everything is there. Asked once a process. */
export const missing = (needs: readonly Need[]): readonly string[] =>
  needs.flatMap((need) => {
    if (!known.has(need)) known.set(need, probe(need));
    const reason = known.get(need);
    return reason === undefined ? [] : [`${need}: ${reason}`];
  });

const known = new Map<Need, string | undefined>();

const probe = (need: Need): string | undefined => {
  if (need.startsWith('program:')) return program(need.slice('program:'.length));
  if (need.startsWith('link:')) return linkKind(need.slice('link:'.length));
  return Object.entries(probes).find(([name]) => name === need)?.[1]();
};

const probes = {
  root: () => (process.getuid?.() === 0 ? undefined : 'run it as root'),
  netns: () => (unshared('true') ? undefined : 'this process may not make network namespaces (run it as root)'),
  ipvs: () =>
    existsSync('/proc/net/ip_vs') ? undefined : 'no IPVS in this kernel (modprobe ip_vs, or run it in the lab)',
  'no-ipvs': () => (existsSync('/proc/net/ip_vs') ? 'this kernel has IPVS loaded (rmmod ip_vs)' : undefined),
  lab: () => (process.env.VIPWARD_LAB === '1' ? undefined : 'run it in the lab: node scripts/lab.mjs -- COMMAND'),
  reference: () =>
    existsSync(new URL('../../../../../shared/seed', import.meta.url))
      ? undefined
      : 'the reference files (../shared) are not beside this repository',
  keepalived: () => program('keepalived'),
  ipvsadm: () => program('ipvsadm'),
  bird: () => program('bird', 'bird2'),
  // Its daemons are in no PATH.
  frr: () => (isExecutable('/usr/lib/frr/bfdd') ? undefined : 'apt-get install frr'),
  nft: () => program('nft', 'nftables'),
  tcpdump: () => program('tcpdump'),
  curl: () => program('curl'),
  cc: () => program('cc', 'gcc'),
} satisfies Record<string, () => string | undefined>;

const program = (name: string, packageName = name): string | undefined => {
  const dirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return dirs.some((dir) => isExecutable(join(dir, name))) ? undefined : `apt-get install ${packageName}`;
};

const linkKind = (kind: string): string | undefined =>
  unshared('ip', 'link', 'add', 'probe0', 'type', kind) ? undefined : `this kernel makes no ${kind} links`;

const unshared = (...command: string[]): boolean => spawnSync('unshare', ['-n', ...command]).status === 0;

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
