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
