// What an instance begins as and may become: state, priority, and whether it takes over from a living master.
import type { Block } from '../blocks/block.ts';
import type { Millis, VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, find, findAll, lastNumber, text } from './values.ts';

const PRIORITY = 100;
const OWNER = 255;

type Role = Pick<VrrpInstance, 'state' | 'priority' | 'nopreempt' | 'preemptDelay'>;

/** As keepalived settles what was written, each contradiction reported. */
export const buildRole = (block: Block, authentication: VrrpInstance['authentication'], report: Report): Role => {
  const written = buildWrittenState(block, report);
  const priority = lastNumber(block, 'priority') ?? (written === 'MASTER' ? OWNER : PRIORITY);
  const state = buildState(block, written, priority, authentication, report);
  const nopreempt = buildNopreempt(block, state, priority, report);
  return { state, priority, nopreempt, preemptDelay: buildPreemptDelay(block, state, nopreempt, report) };
};

// An instance that was once said to be MASTER stays so; the other way round the last one counts.
const buildWrittenState = (block: Block, report: Report): string | undefined => {
  const states = findAll(block, 'state').filter(({ value }) => value !== undefined);
  const master = states.find(({ value }) => value?.kind === 'text' && value.text === 'MASTER');
  const back = master && states.slice(states.indexOf(master)).find((one) => one.args[0]?.text === 'BACKUP');
  if (master !== undefined && back !== undefined)
    report('error', 'repeated-keyword', 'state was MASTER before; BACKUP is ignored', at(back), {
      related: [{ at: at(master), message: 'the first one is here' }],
      hint: 'remove one of the two',
    });
  return master === undefined ? text(block, 'state') : 'MASTER';
};

// AH counts adverts, so an instance must listen before it speaks.
const buildState = (
  block: Block,
  written: string | undefined,
  priority: number,
  authentication: VrrpInstance['authentication'],
  report: Report,
): 'MASTER' | 'BACKUP' => {
  const state = written === 'MASTER' || (written === undefined && priority === OWNER) ? 'MASTER' : 'BACKUP';
  const statement = find(block, 'state');
  if (state === 'BACKUP' || authentication?.type !== 'AH' || statement === undefined) return state;
  report('warning', 'master-with-ah', 'state MASTER does not go with auth_type AH; BACKUP is taken', at(statement));
  return 'BACKUP';
};

// nopreempt and preempt undo each other: the last one counts.
const buildNopreempt = (block: Block, state: 'MASTER' | 'BACKUP', priority: number, report: Report): boolean => {
  const last = block.statements.findLast(({ row }) => row.name === 'nopreempt' || row.name === 'preempt');
  if (last === undefined || last.row.name === 'preempt') return false;
  if (state === 'BACKUP' && priority !== OWNER) return true;
  const reason = state === 'MASTER' ? 'with state MASTER' : 'for an address owner (priority 255)';
  report('note', 'nopreempt-without-effect', `nopreempt does not work ${reason} and is cleared`, at(last), {
    hint: 'write state BACKUP on both directors',
  });
  return false;
};

const buildPreemptDelay = (block: Block, state: 'MASTER' | 'BACKUP', nopreempt: boolean, report: Report): Millis => {
  const delay = lastNumber(block, 'preempt_delay') ?? 0;
  const statement = find(block, 'preempt_delay');
  if (delay === 0 || statement === undefined || (state === 'BACKUP' && !nopreempt)) return delay;
  const reason = nopreempt ? 'nopreempt' : 'state MASTER';
  report(
    'warning',
    'preempt-delay-without-effect',
    `preempt_delay does not go with ${reason} and is cleared`,
    at(statement),
  );
  return 0;
};
