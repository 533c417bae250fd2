// The value of -b: names of scheduler flags to bits and back.
import { type Refusal, refuse } from './refusal.ts';

/** Names that belong to one scheduler, bit 0 first; others print as flag-1, flag-2, flag-3. */
const namesOfScheduler: ReadonlyMap<string, readonly string[]> = new Map([
  ['sh', ['sh-fallback', 'sh-port']],
  ['mh', ['mh-fallback', 'mh-port']],
]);
const plainNames = ['flag-1', 'flag-2', 'flag-3'];

/** Bits 0..2 as in Service.schedFlags. */
export const readSchedFlags = (text: string, scheduler: string): number | Refusal => {
  let bits = 0;
  for (const name of text.split(',').filter(Boolean)) {
    const plain = plainNames.indexOf(name);
    const own = namesOfScheduler.get(scheduler)?.indexOf(name) ?? -1;
    if (plain >= 0) bits |= 1 << plain;
    else if (own >= 0) bits |= 1 << own;
    else return refuse(`${isOfSomeScheduler(name) ? 'incompatible' : 'invalid'} scheduler flag \`${name}'`);
  }
  return bits;
};

const isOfSomeScheduler = (name: string): boolean => [...namesOfScheduler.values()].some((own) => own.includes(name));

/** The names joined by commas; a bit that the scheduler has no name for is left out, so sh with flag-3 only gives ''. */
export const writeSchedFlags = (bits: number, scheduler: string): string =>
  (namesOfScheduler.get(scheduler) ?? plainNames).filter((_, bit) => bits & (1 << bit)).join(',');
