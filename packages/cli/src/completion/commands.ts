// Every program and command with its options, from the tables and commands that read them.
import { blockTable } from '@vipward/config/reference';
import { type OptionRow, optionTable, signalNumbers } from '@vipward/daemon';
import type { Command, Option } from 'commander';
import { helpText } from '../ipvsadm/help.ts';
import { type Row, rows } from '../ipvsadm/options.ts';
import type { CommandShape, OptionShape, Proposal } from './model.ts';

/** `own` has the commands that are vipward's own. */
export const commandShapes = (own: Command): readonly CommandShape[] => [
  ...withPrograms(ownCommands(own, 'vipward')),
  ...['keepalived', 'vipward keepalived'].map(keepalived),
  ...['ipvsadm', 'vipward ipvsadm'].map(ipvsadm),
  { context: 'vipward realserver', commands: [], options: [], argument: words('up', 'down', 'status') },
];

const PROGRAMS = [
  { name: 'keepalived', help: "the daemon, with keepalived's options" },
  { name: 'ipvsadm', help: "the kernel's table, with ipvsadm's options" },
  { name: 'realserver', help: 'prepare a real server for direct routing' },
] as const;

const words = (...all: readonly string[]): Proposal => ({ kind: 'words', words: all });

const withPrograms = (shapes: readonly CommandShape[]): readonly CommandShape[] =>
  shapes.map((shape) =>
    shape.context === 'vipward' ? { ...shape, commands: [...shape.commands, ...PROGRAMS] } : shape,
  );

const ownCommands = (command: Command, context: string): readonly CommandShape[] => [
  {
    context,
    commands: command.commands.map((child) => ({ name: child.name(), help: child.description() })),
    options: [
      ...command.options.map(ownOption),
      ...(command.parent === null ? [] : [{ names: ['-h', '--help'], help: 'display help for command' }]),
    ],
    argument: argumentOf(command),
  },
  ...command.commands.flatMap((child) => ownCommands(child, `${context} ${child.name()}`)),
];

const argumentOf = (command: Command): Proposal => {
  const [first] = command.registeredArguments;
  if (first === undefined) return { kind: 'none' };
  if (first.argChoices !== undefined) return words(...first.argChoices);
  return first.name() === 'file' ? { kind: 'file' } : { kind: 'none' };
};

const ownOption = (option: Option): OptionShape => ({
  names: [option.short, option.long].flatMap((name) => name ?? []),
  help: option.description,
  ...(option.required
    ? { value: option.argChoices === undefined ? { kind: 'none' } : words(...option.argChoices) }
    : {}),
});

const keepalived = (context: string): CommandShape => ({
  context,
  commands: [],
  options: optionTable.filter(({ help }) => help !== undefined).map(keepalivedOption),
  argument: { kind: 'none' },
});

const keepalivedOption = ({ short, long, value, metavar, help }: OptionRow): OptionShape => ({
  names: [...(short === undefined ? [] : [`-${short}`]), `--${long}`],
  help: help ?? '',
  // An optional value is glued to its option and cannot be a word of its own.
  ...(value === 'required' ? { value: keepalivedValue(long, metavar) } : {}),
});

const keepalivedValue = (long: string, metavar: string | undefined): Proposal => {
  if (metavar === 'FILE') return { kind: 'file' };
  return long === 'signum' ? words(...signalNumbers.keys()) : { kind: 'none' };
};

const ipvsadm = (context: string): CommandShape => ({
  context,
  commands: [],
  options: Array.from(Map.groupBy(rows, ({ long }) => long).values(), ipvsadmOption),
  argument: { kind: 'none' },
});

// `-L` and `-l` are two rows of one option.
const ipvsadmOption = (same: readonly Row[]): OptionShape => {
  const long = same[0]?.long ?? '';
  return {
    names: [...same.flatMap(({ short }) => (short === undefined ? [] : [`-${short}`])), `--${long}`],
    help: ipvsadmHelp(long),
    ...(same[0]?.value === 'required' ? { value: ipvsadmValue(long) } : {}),
  };
};

// The line of the help text that describes the option; of a command it is the name itself.
const ipvsadmHelp = (long: string): string => {
  const line = new RegExp(`--${long}(?: \\S+)* {2,}(?! *-)(\\S.*)$`, 'm').exec(helpText);
  return line?.[1] ?? long.replaceAll('-', ' ');
};

const ipvsadmValue = (long: string): Proposal => {
  switch (long) {
    case 'scheduler': {
      const grammar = blockTable('virtual_server').get('lvs_sched')?.grammar;
      return grammar?.kind === 'choice' ? words(...grammar.words) : { kind: 'none' };
    }
    case 'tun-type':
      return words('ipip', 'gue', 'gre');
    case 'pe':
      return words('sip');
    case 'start-daemon':
    case 'stop-daemon':
      return words('master', 'backup');
    default:
      return { kind: 'none' };
  }
};
