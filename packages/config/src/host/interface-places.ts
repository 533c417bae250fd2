// Where the interface of an object was written: its own line or word, which the model does not carry.
import type { SourceLocation } from '../model.ts';

const places = new WeakMap<object, SourceLocation>();

/** Remembers the place for `owner` (an instance, an address, a route, a line), if there is one. */
export const rememberInterface = <T extends object>(owner: T, at: SourceLocation | undefined): T => {
  if (at !== undefined) places.set(owner, at);
  return owner;
};

export const interfacePlace = (owner: object): SourceLocation | undefined => places.get(owner);
