// Looking up a word that somebody wrote: `constructor` and `__proto__` are words like any other.

/** The record's own value of that key; undefined for what every object inherits. */
export const ownProperty = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
