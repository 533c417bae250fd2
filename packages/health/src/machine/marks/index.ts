// nftables_ipvs: marks of groups, and the tables that give them.
export { assignMarks, type GroupMarks, groupMarkKey, type MarkMemory, markMemoryFrom } from './assign.ts';
export { type MarkTableSettings, marksRuleset } from './ruleset.ts';
