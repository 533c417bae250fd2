// A change of state reaches the scripts that the running configuration names.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

test('a new master runs notify_master and then notify with its four words', async () => {
  const out = join(folder, 'out');
  const config = parse(`vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  notify_master "/bin/sh -c 'echo own >> ${out}'"
  notify "/bin/sh -c 'echo $* >> ${out}' sh"
}
`);
  const notifications = createNotifications({ clock: systemClock, log: createLogger([], { detail: false }) });
  notifications.notify(config, { kind: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 100 });
  notifications.notify(config, { kind: 'INSTANCE', name: 'unknown', state: 'MASTER', priority: 100 });
  await notifications.drain();
  expect(readFileSync(out, 'utf8')).toBe('own\nINSTANCE VI_1 MASTER 100\n');
});

test('a script of a real server runs with the words of the configuration and no others, in its turn', async () => {
  const out = join(folder, 'servers');
  const notifications = createNotifications({ clock: systemClock, log: createLogger([], { detail: false }) });
  const say = (word: string, wait: number) => ({
    object: '[192.168.33.12]:tcp:80 of VS [192.168.33.188]:tcp:80',
    script: { argv: ['/bin/sh', '-c', `sleep ${wait}; echo ${word} $# >> ${out}`] },
    purpose: 'notify_down',
  });
  notifications.run(parse(''), say('down', 0.2));
  notifications.run(parse(''), say('up', 0));
  await notifications.drain();
  expect(readFileSync(out, 'utf8')).toBe('down 0\nup 0\n');
});

test('the state file lies beside the pid file', () => {
  expect(stateFileOf('/run/checkers.pid')).toBe('/run/checkers.state');
  expect(stateFileOf('/tmp/a/c')).toBe('/tmp/a/c.state');
});
