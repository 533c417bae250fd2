// The texts of -h, -v and --signum.
import { optionTable } from './option-table.ts';

/** The list of options, one a line. */
export const helpText = (program: string): string => {
  const lines = optionTable
    .filter((o) => o.help !== undefined)
    .map((o) => {
      const value = o.metavar === undefined ? '' : o.value === 'optional' ? `[=${o.metavar}]` : `=${o.metavar}`;
      const names = `${o.short === undefined ? '    ' : `-${o.short}, `}--${o.long}${value}`;
      return `  ${names.padEnd(32)} ${o.help}`;
    });
  return `Usage: ${program} [OPTION...]\n${lines.join('\n')}\n`;
};

/** Signal numbers of Linux on x86 and arm, by the names that --signum knows. */
export const signalNumbers: ReadonlyMap<string, number> = new Map([
  ['STOP', 15],
  ['RELOAD', 1],
  ['DATA', 10],
  ['STATS', 12],
  ['STATS_CLEAR', 63],
  ['JSON', 36],
  ['TDUMP', 64],
]);
