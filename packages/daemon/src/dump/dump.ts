// What a process writes down when it is asked to: keepalived's data, statistics and JSON files.
import type { Config } from '@vipward/config';
import type { InstanceDetails } from '@vipward/vrrp';
import type { WorkerStatus } from '../control/protocol.ts';
import type { Logger } from '../log/logger.ts';
import { checkerLines } from './checker-data.ts';
import { type DumpWriter, dumpFile } from './files.ts';
import { globalLines } from './global-data.ts';
import { vrrpLines } from './vrrp-data.ts';
import { jsonText } from './vrrp-json.ts';
import { statisticsLines } from './vrrp-statistics.ts';
import { dumpFolder, writeDump } from './write.ts';

/** SIGUSR1, SIGUSR2, SIGRTMAX-1 (and the counts begin anew) and SIGRTMIN+2. */
export type Dump = 'data' | 'stats' | 'stats-clear' | 'json';

/** What a worker tells of itself; nothing for the parent. */
export interface DumpFacts extends WorkerStatus {
  readonly details?: readonly InstanceDetails[];
}

/** Statistics and JSON are of VRRP alone. */
export const writeDumpOf = (
  writer: DumpWriter,
  dump: Dump,
  config: Config,
  facts: DumpFacts,
  log: Pick<Logger, 'error' | 'info'>,
): void => {
  const kind = dump === 'stats-clear' ? 'stats' : dump;
  const text = textOf(writer, dump, config, facts);
  if (text === undefined) return;
  log.info(`Printing ${labels[writer]} ${words[dump]} for process(${process.pid}) on signal`);
  const path = dumpFile(writer, kind, config, dumpFolder(process.env.TMPDIR));
  writeDump(path, text, config.global.umask === undefined ? 0o600 : 0o666, log);
};

const labels = { parent: 'parent', vrrp: 'VRRP', checker: 'checker', bfd: 'BFD' } as const;
const words = { data: 'data', stats: 'stats', 'stats-clear': 'stats', json: 'as json' } as const;

const textOf = (writer: DumpWriter, dump: Dump, config: Config, facts: DumpFacts): string | undefined => {
  const details = facts.details ?? [];
  if (dump !== 'data') {
    if (writer !== 'vrrp') return undefined;
    return dump === 'json' ? jsonText(config, details) : ended(statisticsLines(details));
  }
  const global = globalLines(config);
  switch (writer) {
    case 'parent':
      return ended(global);
    case 'vrrp':
      return ended([...global, ...vrrpLines(config, details)]);
    case 'checker':
      return ended([...global, ...checkerLines(config, facts.services ?? [])]);
    case 'bfd':
      return ended([
        ...global,
        '------< BFD Data >------',
        ...(facts.bfdSessions ?? []).flatMap((session) => [
          ` BFD Instance = ${session.name}`,
          `   State = ${session.state}`,
        ]),
      ]);
  }
};

const ended = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
