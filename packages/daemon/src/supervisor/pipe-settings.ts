// Which named pipes the global definitions ask for, with the programs that read them.
import type { Config, Script } from '@vipward/config';
import type { PipeSettings, Topic } from '@vipward/notify';
import { type Account, systemAccounts } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';

type Global = Config['global'];

/** A reader without a pipe has nothing to read and is left out; an unknown user is said, and the pipe stays root's. */
export const pipeSettings = (global: Global, log: Logger): readonly PipeSettings[] =>
  [
    { fifo: global.notifyFifo, script: global.notifyFifoScript, topics: ['vrrp', 'servers'] as const },
    { fifo: global.vrrpNotifyFifo, script: global.vrrpNotifyFifoScript, topics: ['vrrp'] as const },
    { fifo: global.lvsNotifyFifo, script: global.lvsNotifyFifoScript, topics: ['servers'] as const },
  ].flatMap(({ fifo, script, topics }) => (fifo === undefined ? [] : [settingsOf(global, fifo, script, topics, log)]));

const settingsOf = (
  global: Global,
  fifo: NonNullable<Global['notifyFifo']>,
  script: Script | undefined,
  topics: readonly Topic[],
  log: Logger,
): PipeSettings => {
  const account = (of: Script['user'], whose: string): Account | undefined => {
    const found = systemAccounts(global.scriptUser, global.setSupplementaryGroups)(of);
    if (found.kind === 'unknown') log.warning(`${whose}: ${found.message}; root is taken`);
    return found.kind === 'account' ? found.account : undefined;
  };
  const owner = account(fifo.user, `Named pipe ${fifo.path}`);
  const runner = script && account(script.user, script.argv[0] ?? '');
  return {
    path: fifo.path,
    topics,
    ...(owner && { account: owner }),
    ...(script && { reader: { argv: script.argv, ...(runner && { account: runner }) } }),
  };
};
