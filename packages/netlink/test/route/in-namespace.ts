// Scripts over a real kernel in a network namespace that ends with them.
import { spawnSync } from 'node:child_process';

const packageRoot = new URL('../..', import.meta.url).pathname;

const setUp = `
  export PATH="$PATH:/usr/sbin:/sbin"
  ip link set lo up
  ip link add nl-a type veth peer name nl-b
  for l in nl-a nl-b; do echo 0 >/proc/sys/net/ipv6/conf/$l/accept_dad; ip link set $l up; done
  ip addr add 10.1.1.1/24 dev nl-a; ip addr add fd00:1::1/64 dev nl-a nodad`;

const preamble = `
  const { execSync } = await import('node:child_process');
  const { setTimeout: sleep } = await import('node:timers/promises');
  const { parseIp } = await import('@vipward/config/address');
  const { openRouteKernel, encodeRouteBytes, encodeRuleBytes } = await import('./src/index.ts');
  const sh = (command) => execSync(command, { encoding: 'utf8' });
  const kernel = openRouteKernel();
  const net = (text) => { const [a, p] = text.split('/'); return { address: parseIp(a), prefixLength: Number(p) }; };
  const links = await kernel.links();
  const nl = links.find(({ name }) => name === 'nl-a').index;
  const four = (to, more = {}) => ({ family: 4, destination: net(to), type: 1, table: 254, protocol: 18, scope: 0, tos: 0,
    hops: [{ via: parseIp('10.1.1.9'), ifIndex: nl, weight: 1, onlink: false }], ...more });
  const six = (to, more = {}) => ({ family: 6, destination: net(to), type: 1, table: 254, protocol: 18, scope: 0, tos: 0,
    priority: 1024, preference: 0, hops: [{ via: parseIp('fd00:1::9'), ifIndex: nl, weight: 1, onlink: false }], ...more });
  const hop = (via, weight, more = {}) => ({ via: parseIp(via), ifIndex: nl, weight, onlink: false, ...more });
  const only = { ifIndex: nl, weight: 1, onlink: false };
  const text = (value) => JSON.stringify(value, (_, v) => typeof v === 'bigint' ? String(v) : v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v);
  const said = [];
  const complain = (what, more) => said.push(what + ': ' + more);
`;

/** Runs a script in a fresh namespace with nl-a (10.1.1.1/24, fd00:1::1/64) and nl-b; returns the list `said` that it fills. */
export const inNamespace = (script: string): unknown => {
  const code = `${preamble}\n${script}\nconsole.log(JSON.stringify(said)); kernel.close();`;
  const shell = `set -e; ${setUp}\nexec "$NODE" --no-warnings --input-type=module -e "$CODE"`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', shell], {
    cwd: packageRoot,
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, CODE: code },
  });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return JSON.parse(stdout);
};

// Each thing is added, must be listed as it was asked for (the kernel's own order of fields), refused the second time, and
// be gone after it was deleted.
export const cycle = `
  const cycle = async (kind, things, list, bytes, gone) => {
    for (const [what, thing] of things) {
      const add = kind === 'route' ? { kind: 'add-route', route: thing, place: 'prepend' } : { kind: 'add-rule', rule: thing };
      const remove = kind === 'route' ? { kind: 'delete-route', route: thing } : { kind: 'delete-rule', rule: thing };
      const refusals = await kernel.apply([add]);
      if (refusals.length > 0) { complain(what, 'not added: ' + refusals[0].error.message); continue; }
      const listed = await list();
      const same = listed.filter((other) => text(bytes(other)) === text(bytes(thing)));
      if (same.length !== 1) complain(what, 'asked ' + text(thing) + ', listed ' + text(listed));
      const twice = await kernel.apply([add]);
      if (twice[0]?.error.errnoName !== 'EEXIST') complain(what, 'the second time: ' + twice[0]?.error.message);
      const deleted = await kernel.apply([remove]);
      if (deleted.length > 0) complain(what, 'not deleted: ' + deleted[0].error.message);
      if ((await list()).length > 0) complain(what, 'is still there');
      const again = await kernel.apply([remove]);
      if (again[0]?.error.errnoName !== gone) complain(what, 'deleted twice: ' + again[0]?.error.message);
    }
  };`;
