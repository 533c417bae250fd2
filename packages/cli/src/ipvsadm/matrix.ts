// Which options go with which command, and what ipvsadm says of those that don't.
import { type Refusal, refuse } from './refusal.ts';

/** In the order in which ipvsadm checks them: the first offender is the one that is named. */
export const optionNames = [
  'numeric',
  'connection',
  'service-address',
  'scheduler',
  'persistent',
  'netmask',
  'real-server',
  'forwarding-method',
  'weight',
  'u-threshold',
  'l-threshold',
  'mcast-interface',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'ops',
  'pe',
  'sched-flags',
  'mcast-group',
  'mcast-port',
  'mcast-ttl',
  'sync-maxlen',
  'tun-info',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
] as const;
export type OptionName = (typeof optionNames)[number];

interface Allowance {
  readonly required: readonly OptionName[];
  readonly optional: readonly OptionName[];
}

const serviceOptions: readonly OptionName[] = ['scheduler', 'persistent', 'netmask', 'pe', 'sched-flags', 'ops'];
const tunnelOptions: readonly OptionName[] = ['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'];
const serverOptions: readonly OptionName[] = ['forwarding-method', 'weight', 'u-threshold', 'l-threshold'];
const multicastOptions: readonly OptionName[] = ['mcast-interface', 'mcast-group', 'mcast-port', 'mcast-ttl'];
const listOptions: readonly OptionName[] = [
  'numeric',
  'connection',
  'service-address',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'tun-info',
];

/** By the name that messages use: `-C`, whose long option is --clear, is called flush. */
const allowances = {
  'add-service': { required: ['service-address'], optional: serviceOptions },
  'edit-service': { required: ['service-address'], optional: serviceOptions },
  'delete-service': { required: ['service-address'], optional: [] },
  flush: { required: [], optional: [] },
  list: { required: [], optional: listOptions },
  'add-server': { required: ['service-address', 'real-server'], optional: [...serverOptions, ...tunnelOptions] },
  'edit-server': { required: ['service-address', 'real-server'], optional: [...serverOptions, ...tunnelOptions] },
  'delete-server': { required: ['service-address', 'real-server'], optional: [] },
  set: { required: [], optional: [] },
  'start-daemon': { required: [], optional: ['syncid', 'sync-maxlen', ...multicastOptions] },
  'stop-daemon': { required: [], optional: ['syncid'] },
  restore: { required: [], optional: [] },
  save: { required: [], optional: ['numeric'] },
  zero: { required: [], optional: ['service-address'] },
} as const satisfies Record<string, Allowance>;
export type CommandName = keyof typeof allowances;

/** The refusal of a combination that is not allowed; undefined when all is well. One pass: the first offender is named. */
export const checkCombination = (command: CommandName, given: ReadonlySet<OptionName>): Refusal | undefined => {
  const verdicts = verdictsOf.get(command);
  if (command !== 'list' && isPlainlyAllowed(allowances[command], verdicts, given)) return undefined;
  for (const option of optionNames) {
    const verdict = verdicts?.get(option);
    if (!given.has(option)) {
      if (verdict !== 'required') continue;
      return refuse(`You need to supply the '${option}' option for the '${command}' command`);
    }
    if (verdict === undefined) return refuse(`Illegal '${option}' option with the '${command}' command`);
    const other = command === 'list' && listConflicts.get(option)?.find((name) => given.has(name));
    if (other) return refuse(`The option '${option}' conflicts with the '${other}' option in the 'list' command`);
  }
  return command === 'list' ? checkListForms(given) : undefined;
};

// The quick answer for `-R`, where nearly every line is right.
const isPlainlyAllowed = (
  { required }: Allowance,
  verdicts: ReadonlyMap<OptionName, Verdict> | undefined,
  given: ReadonlySet<OptionName>,
): boolean => {
  for (const option of required) if (!given.has(option)) return false;
  for (const option of given) if (!verdicts?.has(option)) return false;
  return true;
};

type Verdict = 'required' | 'optional';

const verdictsOf: ReadonlyMap<string, ReadonlyMap<OptionName, Verdict>> = new Map(
  Object.entries(allowances).map(([command, { required, optional }]: [string, Allowance]) => [
    command,
    new Map<OptionName, Verdict>([
      ...required.map((option) => [option, 'required'] as const),
      ...optional.map((option) => [option, 'optional'] as const),
    ]),
  ]),
);

const listConflicts: ReadonlyMap<OptionName, readonly OptionName[]> = new Map([
  ['service-address', ['connection']],
  ['timeout', ['connection', 'service-address']],
  ['daemon', ['connection', 'service-address', 'timeout']],
]);

const checkListForms = (given: ReadonlySet<OptionName>): Refusal | undefined => {
  const counters = given.has('stats') || given.has('rate') || given.has('thresholds');
  const settings = given.has('timeout') || given.has('daemon');
  const clash = (counters && (settings || given.has('connection'))) || (given.has('persistent-conn') && settings);
  return clash ? refuse('options conflicts in the list command') : undefined;
};
