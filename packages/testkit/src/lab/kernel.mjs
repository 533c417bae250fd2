// Which guest kernel the lab boots, and a place where modprobe finds that kernel's modules. Plain JavaScript for any Node >= 18.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A reason why the lab cannot run, in one line that says what to do. */
export class LabError extends Error {
  name = 'LabError';
}

/** Every module a test may need; one that a kernel lacks is only noted in the job's modules.log. */
export const MODULES = [
  ...['ip_vs', 'ip_vs_pe_sip', 'ip_vs_ftp'],
  ...['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh', 'twos'].map(
    (scheduler) => `ip_vs_${scheduler}`,
  ),
  ...['veth', 'dummy', 'bridge', 'macvlan', 'ipvlan', 'vrf', 'sch_netem', 'af_packet'],
  ...['nf_conntrack', 'nf_nat', 'iptable_nat', 'iptable_mangle', 'ip6table_mangle', 'xt_mark', 'ip_set', 'nf_tables'],
];

/**
 * The guest kernel: LAB_KERNEL when set, else `linux.uml` or `linux` of Debian's user-mode-linux.
 * @returns {{ path: string, version: string }}
 */
export function findKernel(env = process.env) {
  const path = env.LAB_KERNEL || inPath('linux.uml', env);
  if (!path || !existsSync(path)) {
    throw new LabError(
      env.LAB_KERNEL
        ? `LAB_KERNEL=${env.LAB_KERNEL}: no such file`
        : 'the lab needs User Mode Linux: apt-get install user-mode-linux',
    );
  }
  return { path, version: kernelVersion(path) };
}

/**
 * A directory for `modprobe -d`. Debian's modules lie where modprobe does not look and may have no modules.dep, so a
 * directory of ours links to them and depmod writes beside the link: no root needed, nothing of the host's changes.
 * A kernel that was only unpacked has them beside it.
 */
export function modulesBase({ path, version }, cacheDir) {
  const beside = join(dirname(dirname(path)), 'lib/uml/modules');
  const source = [beside, '/lib/modules', '/usr/lib/uml/modules']
    .map((dir) => join(dir, version))
    .find((dir) => existsSync(join(dir, 'kernel')));
  if (source === undefined)
    throw new LabError(`no modules of the guest kernel ${version} under ${beside} or /lib/modules`);
  const base = join(cacheDir, 'modules');
  const target = join(base, 'lib', 'modules', version);
  if (existsSync(join(target, 'modules.dep')) && existsSync(join(target, 'kernel'))) return base;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) {
    if (name === 'kernel' || /^modules\.(builtin|order)/.test(name))
      symlinkSync(join(source, name), join(target, name));
  }
  run('depmod', ['-b', base, version], 'the lab needs depmod: apt-get install kmod');
  return base;
}

function kernelVersion(path) {
  const version = run(path, ['--version'], `${path} does not run on this machine`).trim();
  if (!/^\d+\.\d+/.test(version)) throw new LabError(`${path} is not a User Mode Linux kernel`);
  return version;
}

function run(command, args, otherwise) {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/sbin` },
    });
  } catch (error) {
    throw new LabError(`${otherwise} (${String(error.message).split('\n')[0]})`);
  }
}

function inPath(name, env) {
  const dirs = [...(env.PATH ?? '').split(delimiter), '/usr/bin'];
  return dirs.map((dir) => join(dir, name)).find((file) => existsSync(file));
}
