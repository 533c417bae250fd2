// Debian packages that the lab and the tests use: what is missing, and installing it without starting any service.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { PlainError, runLogged } from './step.mjs';

/**
 * user-mode-linux is the lab's kernel and exists for x86 only; keepalived and ipvsadm are the peers that tests compare with;
 * bird2 and frr speak BFD; snmpd is an AgentX master, snmp and snmptrapd ask it and hear its traps; nftables is what no_accept runs; netbase has /etc/services; python3 makes the traffic of the recorded ipvsadm cases.
 */
const always = [
  'iproute2',
  'kmod',
  'procps',
  'netbase',
  'curl',
  'tcpdump',
  'openssl',
  'python3',
  'keepalived',
  'ipvsadm',
  'nftables',
  'bird2',
  'frr',
  'snmpd',
  'snmp',
  'snmptrapd',
];
const labPackages = process.arch === 'x64' ? ['user-mode-linux'] : [];
const compiler = ['gcc', 'libc6-dev'];

export const wantedPackages = (withCompiler) => [...always, ...labPackages, ...(withCompiler ? compiler : [])];

/** Which of these are not installed; undefined where there is no dpkg. */
export function missingPackages(names) {
  const format = '-f=$' + '{Package} $' + '{db:Status-Status}\\n';
  const query = spawnSync('dpkg-query', ['-W', format, ...names], { encoding: 'utf8' });
  if (query.error) return undefined;
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** As root only. Services of the packages are neither started nor left to start at boot. */
export async function installPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const waiting = ['-o', 'DPkg::Lock::Timeout=300'];
  await withoutServices(async () => {
    await runLogged('apt-update', 'apt-get', ['update'], { env });
    await runLogged('apt-install', 'apt-get', ['install', '-y', '--no-install-recommends', ...waiting, ...names], {
      env,
    });
  });
  const services = {
    keepalived: 'keepalived',
    ipvsadm: 'ipvsadm',
    bird2: 'bird',
    frr: 'frr',
    snmpd: 'snmpd',
    snmptrapd: 'snmptrapd',
  };
  for (const [, service] of Object.entries(services).filter(([name]) => names.includes(name))) {
    // Without systemd there is nothing to disable and systemctl is missing or fails: both are fine.
    if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' });
  }
  const still = missingPackages(names) ?? names;
  if (still.length > 0)
    throw new PlainError(`apt-get did not install ${still.join(' ')}: see .build/logs/apt-install.log`);
}

/** Debian's own switch: package scripts start no service while policy-rc.d answers 101. One that is there is respected. */
async function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = () => rmSync(policy, { force: true });
  process.once('exit', remove);
  try {
    return await work();
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}
