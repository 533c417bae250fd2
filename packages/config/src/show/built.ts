// Finds what was built from a statement: by its place, within what was built from the block around it.
import type { Statement } from '../blocks/block.ts';
import type { SourceLocation } from '../model.ts';
import { locationOf } from '../source/words.ts';

/**
 * Answers for the statements of one block, in their order. Lines that a parameter or a repetition made stand at one place: then
 * the name decides, or else the order. Undefined when nothing was built.
 */
export const createFinder = (object: object): ((statement: Statement) => object | undefined) => {
  const built = new Map<string, object[]>();
  gather(object, built);
  const taken = new Map<string, number>();
  return ({ row, keyword, args }) => {
    if (row.name === 'global_defs') return 'global' in object && isObject(object.global) ? object.global : undefined;
    const place = key(locationOf(keyword));
    const here = built.get(place) ?? [];
    const named = here.filter((one) => !('name' in one) || one.name === args[0]?.text);
    const count = taken.get(place) ?? 0;
    taken.set(place, count + 1);
    return named[Math.min(count, named.length - 1)];
  };
};

// The nearest objects that know their place; what is inside them belongs to the blocks inside.
const gather = (value: object, built: Map<string, object[]>): void => {
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    if (!isObject(inner) || ArrayBuffer.isView(inner)) continue;
    if (!('at' in inner) || !isLocation(inner.at)) gather(inner, built);
    else {
      const here = built.get(key(inner.at));
      if (here === undefined) built.set(key(inner.at), [inner]);
      else here.push(inner);
    }
  }
};

const key = ({ file, line, column }: SourceLocation): string => `${file}:${line}:${column}`;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isLocation = (value: unknown): value is SourceLocation =>
  isObject(value) && 'file' in value && 'line' in value && 'column' in value;
