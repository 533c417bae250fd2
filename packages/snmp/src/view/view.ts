// All that can be asked: objects in the order of their names, and the answers to Get, GetNext and GetBulk.
import { compareOids, isUnder, type Oid } from '../agentx/oid.ts';
import type { SearchRange } from '../agentx/pdu.ts';
import type { Value, VarBind } from '../agentx/value.ts';
import { type ManagedObject, noSuchObject } from './object.ts';

export interface View {
  get(name: Oid): Value;
  /** RFC 2741, section 7.2.3.2: the first variable in the range, else its start with end-of-view. */
  next(range: SearchRange): VarBind;
}

export const viewOf = (given: readonly ManagedObject[]): View => {
  const objects = given.toSorted((a, b) => compareOids(a.root, b.root));
  return {
    get(name) {
      const object = objects.find(({ root }) => isUnder(root, name));
      return object === undefined ? noSuchObject : object.get(name.slice(object.root.length));
    },
    next({ start, include, end }) {
      for (const object of objects) {
        const inside = isUnder(object.root, start);
        if (!inside && compareOids(object.root, start) < 0) continue;
        const found = object.next(inside ? start.slice(object.root.length) : [], inside ? include : true);
        if (found === undefined) continue;
        if (end.length > 0 && compareOids(found.name, end) >= 0) break;
        return found;
      }
      return { name: start, value: { type: 'end-of-view' } };
    },
  };
};

/** Section 7.2.3.3. Stops early when every range has come to its end; `most` bounds what one answer can hold. */
export const bulk = (
  view: View,
  {
    nonRepeaters,
    maxRepetitions,
    ranges,
  }: { readonly nonRepeaters: number; readonly maxRepetitions: number; readonly ranges: readonly SearchRange[] },
  most = 2000,
): readonly VarBind[] => {
  const answers = ranges.slice(0, nonRepeaters).map((range) => view.next(range));
  let repeating: readonly SearchRange[] = ranges.slice(nonRepeaters);
  for (let i = 0; i < maxRepetitions && repeating.length > 0 && answers.length < most; i += 1) {
    const found = repeating.map((range) => view.next(range));
    answers.push(...found);
    if (found.every(({ value }) => value.type === 'end-of-view')) break;
    repeating = repeating.map(({ end }, j) => ({ start: found[j]?.name ?? end, include: false, end }));
  }
  return answers;
};
