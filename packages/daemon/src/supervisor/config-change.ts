// A reload as a worker is told of it: virtual servers that are as they were are left out. One changed weight among ten thousand
// real servers then costs neither packing nor reading of the others, and the worker goes on with the objects that it has.
import type { Config, VirtualServer } from '@vipward/config';

export interface ConfigChange extends Omit<Config, 'virtualServers'> {
  /** 'same': the one in that place before. */
  readonly virtualServers: readonly (VirtualServer | 'same')[];
}

/** What afterChange() makes `next` of, in a process that has `before`. */
export const changeOf = (before: Config, next: Config): ConfigChange => ({
  ...next,
  virtualServers: next.virtualServers.map((vs, i) => (sameData(before.virtualServers[i], vs) ? 'same' : vs)),
});

/** Throws when `change` was made of another configuration than `before`. */
export const afterChange = (before: Config, change: ConfigChange): Config => ({
  ...change,
  virtualServers: change.virtualServers.map((vs, i) => {
    const next = vs === 'same' ? before.virtualServers[i] : vs;
    if (next === undefined) throw new Error(`virtual server ${i} is said to be the same, and there is none`);
    return next;
  }),
});

/** Plain data as a Config has it: the places in the file count too, so that nobody names a line of an earlier one. */
const sameData = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b))
    return a instanceof Uint8Array && b instanceof Uint8Array && sameList(a, b);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameList(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameField(a, b, name));
};

const sameField = (a: object, b: object, name: string): boolean =>
  Object.hasOwn(b, name) && sameData(Reflect.get(a, name), Reflect.get(b, name));

const sameList = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!sameData(a[i], b[i])) return false;
  return true;
};
