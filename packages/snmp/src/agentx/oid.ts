// Object identifiers: their order, and what lies under what.

/** Sub-identifiers, 0..4294967295 each, 128 at most. */
export type Oid = readonly number[];

/** `1.3.6.1.4` as numbers; a leading dot is allowed. Throws RangeError for anything else. */
export const oid = (text: string): Oid => {
  const parts = text.replace(/^\./, '').split('.');
  if (!parts.every((part) => /^\d+$/.test(part) && Number(part) <= 0xffffffff)) {
    throw new RangeError(`'${text}' is no object identifier`);
  }
  return parts.map(Number);
};

/** Lexicographic, as SNMP walks: negative, 0 or positive. */
export const compareOids = (a: Oid, b: Oid): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

export const isUnder = (root: Oid, name: Oid): boolean =>
  name.length >= root.length && root.every((sub, i) => name[i] === sub);
