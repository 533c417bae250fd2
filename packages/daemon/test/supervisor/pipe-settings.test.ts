// Named pipes and their readers, as the global definitions have them.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { createLogger } from '../../src/log/logger.ts';
import { pipeSettings } from '../../src/supervisor/pipe-settings.ts';

const settings = (text: string) => {
  const lines: string[] = [];
  const { config } = parseConfig({
    file: 'k.conf',
    read: memoryReader({ 'k.conf': `global_defs {\n${text}\n}\n` }),
    configId: 'test',
  });
  const log = createLogger([{ write: (_, line) => void lines.push(line) }], { detail: false });
  return { pipes: pipeSettings(config.global, log), lines };
};

test('a pipe, whose it is, and who reads it', () => {
  const { pipes, lines } = settings('notify_fifo /run/f root root\nnotify_fifo_script "/bin/reader x" root');
  expect(pipes).toEqual([
    {
      path: '/run/f',
      topics: ['vrrp', 'servers'],
      account: { uid: 0, gid: 0 },
      reader: { argv: ['/bin/reader', 'x'], account: { uid: 0, gid: 0 } },
    },
  ]);
  expect(lines).toEqual([]);
});

test('a reader whose user does not exist reads nothing, least of all as root', () => {
  const { pipes, lines } = settings('vrrp_notify_fifo /run/f root\nvrrp_notify_fifo_script /bin/reader no-such-user');
  expect(pipes).toEqual([{ path: '/run/f', topics: ['vrrp'], account: { uid: 0, gid: 0 } }]);
  expect(lines).toEqual(['/bin/reader does not read its pipe: user no-such-user does not exist']);
});
