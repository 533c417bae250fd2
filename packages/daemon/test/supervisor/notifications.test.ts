// A change of state reaches the scripts that the running configuration names.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { systemClock } from '@vipward/sockets';
import { createLogger } from '../../src/log/logger.ts';
import { createNotifications } from '../../src/supervisor/notifications.ts';
import { stateFileOf } from '../../src/supervisor/supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-notify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parse = (text: string): Config =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'test' }).config;

const contentOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const make = () =>
  createNotifications({
    clock: systemClock,
    log: createLogger([], { detail: false }),
    hostName: () => 'director-a',
  });

test('a new master runs notify_master and then notify with its four words', async () => {
  const out = join(folder, 'out');
  const config = parse(`vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  notify_master "/bin/sh -c 'echo own >> ${out}'"
  notify "/bin/sh -c 'echo $* >> ${out}' sh"
}
`);
  const notifications = make();
  await notifications.configure(config);
  notifications.notify({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 100 });
  notifications.notify({ kind: 'INSTANCE', name: 'unknown', state: 'MASTER', priority: 100 });
  await notifications.drain();
  expect(readFileSync(out, 'utf8')).toBe('own\nINSTANCE VI_1 MASTER 100\n');
});

test('a script of a real server runs with the words of the configuration and no others, in its turn', async () => {
  const out = join(folder, 'servers');
  const notifications = make();
  await notifications.configure(parse(''));
  const say = (word: string, wait: number) => ({
    object: '[192.168.33.12]:tcp:80 of VS [192.168.33.188]:tcp:80',
    script: { argv: ['/bin/sh', '-c', `sleep ${wait}; echo ${word} $# >> ${out}`] },
    purpose: 'notify_down',
  });
  notifications.run(say('down', 0.2));
  notifications.run(say('up', 0));
  await notifications.drain();
  expect(readFileSync(out, 'utf8')).toBe('down 0\nup 0\n');
});

test('pipes hear of VRRP and of servers, each of its own, and a reload repeats the states when told to', async () => {
  const heard = (name: string) => join(folder, `${name}.heard`);
  const pipe = (keyword: string) =>
    `${keyword} ${join(folder, keyword)}\n${keyword}_script "/bin/sh -c 'exec cat $0 > ${heard(keyword)}'" root`;
  const config = parse(`global_defs {
  script_user root
  fifo_write_vrrp_states_on_reload
  ${['notify_fifo', 'vrrp_notify_fifo', 'lvs_notify_fifo'].map(pipe).join('\n')}
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
}
`);
  const notifications = make();
  await notifications.configure(config);
  notifications.notify({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 100 });
  notifications.tell([{ object: 'FWM 7', change: { kind: 'VS', virtualServer: 'FWM 7', up: false } }]);
  await notifications.configure(config);
  const vrrp = 'INSTANCE "VI_1" MASTER 100\n';
  const wanted = {
    notify_fifo: `${vrrp}VS FWM 7 DOWN\n${vrrp}`,
    vrrp_notify_fifo: vrrp + vrrp,
    lvs_notify_fifo: 'VS FWM 7 DOWN\n',
  };
  const read = () => Object.fromEntries(Object.keys(wanted).map((name) => [name, contentOf(heard(name))]));
  for (let tries = 0; tries < 200 && JSON.stringify(read()) !== JSON.stringify(wanted); tries += 1) {
    await new Promise<void>((resolve) => void systemClock.at(systemClock.now() + 20, resolve));
  }
  await notifications.drain();
  expect(read()).toEqual(wanted);
});

test('an instance that a reload removes still has its scripts run', async () => {
  const out = join(folder, 'deleted');
  const notifications = make();
  await notifications.configure(
    parse(`vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  notify_deleted "/bin/sh -c 'echo gone >> ${out}'"
}
`),
  );
  await notifications.configure(parse(''));
  notifications.notify({ kind: 'INSTANCE', name: 'VI_1', state: 'DELETED', priority: 100 });
  await notifications.drain();
  expect(contentOf(out)).toBe('gone\n');
});

test('priorities go to the pipes of those who asked for them', async () => {
  const heard = join(folder, 'priorities');
  const notifications = make();
  await notifications.configure(
    parse(`global_defs {
  script_user root
  notify_fifo ${join(folder, 'p.fifo')}
  notify_fifo_script "/bin/sh -c 'exec cat $0 > ${heard}'" root
}
vrrp_sync_group G {
  group {
    VI_1
  }
  notify_priority_changes
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
}
vrrp_instance VI_2 {
  interface eth0
  virtual_router_id 52
}
`),
  );
  notifications.notify({ kind: 'INSTANCE', name: 'VI_2', state: 'MASTER_PRIORITY', priority: 80 });
  notifications.notify({ kind: 'INSTANCE', name: 'VI_1', state: 'BACKUP_PRIORITY', priority: 90 });
  for (let tries = 0; tries < 200 && contentOf(heard) === ''; tries += 1) {
    await new Promise<void>((resolve) => void systemClock.at(systemClock.now() + 20, resolve));
  }
  await notifications.drain();
  expect(contentOf(heard)).toBe('INSTANCE "VI_1" BACKUP_PRIORITY 90\n');
});

test('the state file lies beside the pid file', () => {
  expect(stateFileOf('/run/checkers.pid')).toBe('/run/checkers.state');
  expect(stateFileOf('/tmp/a/c')).toBe('/tmp/a/c.state');
});
