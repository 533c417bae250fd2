// Which named pipes the global definitions ask for, with the programs that read them.
import type { Config, Script } from '@vipward/config';
import type { PipeSettings, Topic } from '@vipward/notify';
import { systemAccounts } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import { scriptRulesFor } from '../worker/start-script.ts';

type Global = Config['global'];

/** A reader without a pipe has nothing to read, and one that must not run is said: both are left out. A pipe of an unknown user is root's. */
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
  // A pipe may well be root's.
  const found = systemAccounts({ ...global, enableScriptSecurity: false })(fifo.user);
  if (found.kind === 'unknown') log.warning(`Named pipe ${fifo.path}: ${found.message}; root is taken`);
  const owner = found.kind === 'account' ? found.account : undefined;
  const reader = script && readerOf(global, script, log);
  return {
    path: fifo.path,
    topics,
    ...(owner && { account: owner }),
    ...(reader && { reader }),
  };
};

const readerOf = (global: Global, script: Script, log: Logger): PipeSettings['reader'] => {
  const allowed = scriptRulesFor(() => global)(script);
  if (typeof allowed !== 'string') return { argv: script.argv, ...(allowed.account && { account: allowed.account }) };
  log.warning(`${script.argv[0] ?? ''} does not read its pipe: ${allowed}`);
  return undefined;
};
