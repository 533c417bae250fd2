// nftables_ipvs: which mark each group and protocol has, so that it keeps it while the configuration changes.
import type { VirtualServer } from '@vipward/config';

/** Marks by groupMarkKey(). */
export type GroupMarks = ReadonlyMap<string, number>;

/** What must be known to give no mark twice: connections may remember the one of a group that is gone. */
export interface MarkMemory {
  /** nftables_ipvs_start_fwmark, from which was counted. */
  readonly start: number;
  /** The next that nobody has had. */
  readonly next: number;
  readonly marks: Readonly<Record<string, number>>;
}

/** Of one group and protocol; undefined for who has none. */
export const groupMarkKey = ({ group, protocol, groupMark }: VirtualServer): string | undefined =>
  groupMark === undefined ? undefined : `${group} ${protocol}`;

/** Without a memory the marks are those of the file; with one, groups keep theirs and new ones count on. */
export const assignMarks = (
  virtualServers: readonly VirtualServer[],
  before: MarkMemory | undefined,
  start: number,
): { readonly marks: GroupMarks; readonly memory: MarkMemory } => {
  const written = new Set(virtualServers.flatMap(({ target }) => (target.kind === 'fwmark' ? [target.mark] : [])));
  const keys = new Set(virtualServers.flatMap((vs) => groupMarkKey(vs) ?? []));
  const marks = new Map<string, number>();
  for (const key of keys) {
    const known = before?.marks[key];
    if (known !== undefined && !written.has(known)) marks.set(key, known);
  }
  const used = new Set([...written, ...Object.values(before?.marks ?? {})]);
  let next = before?.start === start ? before.next : start;
  for (const key of keys) {
    if (marks.has(key)) continue;
    while (used.has(next)) next += 1;
    marks.set(key, next);
    used.add(next);
    next += 1;
  }
  return { marks, memory: { start, next, marks: Object.fromEntries(marks) } };
};

/** What a file of an earlier run says; nonsense is nothing. */
export const markMemoryFrom = (value: unknown): MarkMemory | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('start' in value && 'next' in value && 'marks' in value)) return undefined;
  const { start, next, marks } = value;
  if (!isMark(start) || !isMark(next) || typeof marks !== 'object' || marks === null) return undefined;
  return { start, next, marks: Object.fromEntries(Object.entries(marks).filter(([, mark]) => isMark(mark))) };
};

const isMark = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
