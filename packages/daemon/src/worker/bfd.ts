// The BFD worker: sessions with neighbours and nothing else, so that nothing delays a packet or the notice of silence.
import { BfdError, startBfd } from '@vipward/bfd';
import { DaemonError, exitStatus } from '../exit.ts';
import type { StartRole } from './run.ts';

export const startBfdWorker: StartRole = async ({ config, settings, clock, log, onBfd }) => {
  try {
    const bfd = startBfd({
      instances: config.bfdInstances ?? [],
      clock,
      random: Math.random,
      log,
      onReport: (name, up) => onBfd({ name, up, at: clock.now() }),
      stateFile: settings.stateFile,
    });
    return {
      reload: async (next) => bfd.reload(next.bfdInstances ?? []),
      status: () => ({ bfdSessions: bfd.states() }),
      stop: async () => bfd.stop(),
    };
  } catch (error) {
    if (error instanceof BfdError) throw new DaemonError(error.code, exitStatus.fatal, error.message, error);
    throw error;
  }
};
