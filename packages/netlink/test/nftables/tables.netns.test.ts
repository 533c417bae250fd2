// Tables kept in the nftables of a namespace of the test's own: written once, changed by elements, put back, removed.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';

const packageRoot = new URL('../..', import.meta.url).pathname;

/** Runs a script in a fresh namespace, which ends with the process; returns what it prints as JSON. */
const inNamespace = (script: string): unknown => {
  const preamble = `
    const { execFileSync } = await import('node:child_process');
    const { setTimeout: sleep } = await import('node:timers/promises');
    const { systemClock } = await import('@vipward/sockets');
    const { NftTables, systemNftables } = await import('./src/nftables/index.ts');
    const nft = (...words) => execFileSync('nft', words, { encoding: 'utf8' });
    const lines = [];
    const runs = [];
    const say = (line) => void lines.push(line.replace(/\\d+\\)/, 'N)'));
    const { program, ...rest } = systemNftables();
    const counted = (args, input, started) => { runs.push(args.includes('list') ? 'list' : 'write'); return program(args, input, started); };
    const make = (nftables) => new NftTables({ ...nftables, clock: systemClock, log: { warning: say, error: say }, code: 'CODE',
      without: 'nothing', named: 'nftables', indexOf: () => 1, onProgress: () => undefined });
    const tables = make({ program: counted, ...rest });
    const table = (elem, link = []) => {
      const place = { family: 'ip6', table: 'ours' };
      const rule = (left, right) => ({ rule: { ...place, chain: 'in', comment: 'vipward', expr: [{ match: { op: '==', left, right } }, { drop: null }] } });
      const daddr = { payload: { protocol: 'ip6', field: 'daddr' } };
      return [{ family: 6, table: 'ours', objects: [
        { set: { ...place, name: 'vips', type: 'ipv6_addr', ...(elem.length > 0 && { elem }) } },
        { set: { ...place, name: 'local', type: ['ipv6_addr', 'iface_index'], ...(link.length > 0 && { elem: link.map((one) => ({ concat: [one, 'lo'] })) }) } },
        { chain: { ...place, name: 'in', type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
        rule(daddr, '@vips'), rule({ concat: [daddr, { meta: { key: 'iif' } }] }, '@local'),
      ] }];
    };
    const until = async (condition) => { for (let i = 0; i < 500 && !condition(); i++) await sleep(10); };
    const print = (value) => console.log(JSON.stringify(value));
  `;
  const shell = `export PATH="$PATH:/usr/sbin:/sbin"; exec "$NODE" --no-warnings --input-type=module -e "$CODE"`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', shell], {
    cwd: packageRoot,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE: process.execPath, CODE: `${preamble}\n${script}` },
  });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return JSON.parse(stdout);
};

describeWith(needs('root', 'netns', 'nft'), 'tables in the real kernel', () => {
  test('elements come and go over netlink, without another program', () => {
    const said = inNamespace(`
      const written = await tables.settle(() => table(['fd00::1']));
      const before = runs.length;
      const changed = await tables.settle(() => table(['fd00::2', 'fd00::3'], ['fe80::1']));
      const listed = nft('list', 'table', 'ip6', 'ours');
      await tables.close({ keep: false });
      print({ written, changed, runs: runs.slice(before), elements: listed.match(/elements = [^}]*/g).map((one) => one.replaceAll(/\\s+/g, ' ')), left: nft('list', 'tables'), lines });
    `);
    expect(said).toEqual({
      ...{ written: true, changed: true, runs: ['write'], left: '', lines: [] },
      elements: ['elements = { fd00::2, fd00::3 ', 'elements = { fe80::1 . "lo" '],
    });
  });

  test('a successor that wants the same writes nothing', () => {
    const said = inNamespace(`
      await tables.settle(() => table(['fd00::1'], ['fe80::1']));
      await tables.close({ keep: true });
      const from = runs.length;
      const next = make({ program: counted });
      next.remember(tables.saved);
      const same = await next.settle(() => table(['fd00::1'], ['fe80::1']));
      print({ same, runs: runs.slice(from), saved: next.saved });
    `);
    expect(said).toEqual({ same: true, runs: ['list'], saved: ['ip6 ours'] });
  });

  test('what someone else deletes or changes is put back, and who it was is said', () => {
    const said = inNamespace(`
      await tables.settle(() => table(['fd00::1']));
      nft('flush', 'ruleset');
      await until(() => lines.length === 1 && runs.at(-1) === 'write');
      await sleep(50);
      const first = nft('list', 'tables');
      nft('delete', 'element', 'ip6', 'ours', 'vips', '{ fd00::1 }');
      await until(() => lines.length === 2);
      await sleep(300);
      const second = nft('list', 'table', 'ip6', 'ours').match(/elements = .*/g);
      const quiet = runs.length;
      nft('add', 'table', 'ip', 'theirs');
      await tables.settle(() => table(['fd00::2']));
      await sleep(500);
      const more = runs.length - quiet;
      await tables.close({ keep: false });
      print({ first, second, lines, more, left: nft('list', 'tables') });
    `);
    expect(said).toEqual({
      first: 'table ip6 ours\n',
      second: ['elements = { fd00::1 }'],
      lines: [
        'nftables table ip6 ours was deleted by nft (process N) and is put back',
        'nftables table ip6 ours was changed by nft (process N) and is put back',
      ],
      more: 0,
      left: 'table ip theirs\n',
    });
  });

  test('tables of another namespace are kept there', () => {
    const said = inNamespace(`
      const { spawn } = await import('node:child_process');
      const other = spawn('unshare', ['-n', 'sh', '-c', 'echo ready; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((done) => other.stdout.once('data', done));
      const there = (...words) => execFileSync('nsenter', ['--net=/proc/' + other.pid + '/ns/net', 'nft', ...words], { encoding: 'utf8' });
      const away = make(systemNftables('/proc/' + other.pid + '/ns/net'));
      const written = await away.settle(() => table(['fd00::1']));
      await away.settle(() => table(['fd00::2']));
      const elements = there('list', 'table', 'ip6', 'ours').match(/elements = .*/g);
      there('flush', 'ruleset');
      await until(() => lines.length === 1);
      await sleep(300);
      const back = there('list', 'tables');
      await away.close({ keep: false });
      print({ written, elements, back, left: there('list', 'tables'), here: nft('list', 'tables') });
      other.kill('SIGKILL');
    `);
    expect(said).toEqual({
      ...{ written: true, back: 'table ip6 ours\n', left: '', here: '' },
      elements: ['elements = { fd00::2 }'],
    });
  });

  test('a table under the name that is not ours is replaced, and said', () => {
    const said = inNamespace(`
      nft('add table ip6 ours; add chain ip6 ours theirs');
      await tables.settle(() => table([]));
      const listed = nft('list', 'table', 'ip6', 'ours');
      print({ lines, theirs: listed.includes('theirs') });
      await tables.close({ keep: false });
    `);
    expect(said).toEqual({
      theirs: false,
      lines: ['nftables table ip6 ours is there already, and is replaced: the word nftables names another'],
    });
  });
});
