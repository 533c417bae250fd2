// From what lies in an nftables table to what shall lie there, in one transaction, in the JSON of libnftables-json(5).
import type { IpFamily } from '@vipward/config/address';

export type NftObject = Readonly<Record<string, unknown>>;

/** Every rule carries it as its comment: who looks at the rules sees whose they are. */
export const NFT_TAG = 'vipward';

/** Commands for one transaction: the table is as described afterwards, or as before when anything is refused. */
export const replaceTable = (family: IpFamily, table: string, objects: readonly NftObject[]): readonly NftObject[] => {
  const name = { family: nftFamily(family), name: table };
  // Deleting what is not there is refused: so it is made first.
  const gone = [{ add: { table: name } }, { delete: { table: name } }];
  const made = objects.length === 0 ? [] : [{ add: { table: name } }, ...objects.map((add) => ({ add }))];
  return [...gone, ...made];
};

/** The same where only elements of sets and maps differ; undefined where more differs. */
export const changeElements = (
  before: readonly NftObject[],
  after: readonly NftObject[],
): readonly NftObject[] | undefined => {
  if (canonical(before.map(withoutElements)) !== canonical(after.map(withoutElements))) return undefined;
  const changes = (
    verb: 'add' | 'delete',
    from: readonly NftObject[],
    to: readonly NftObject[],
  ): readonly NftObject[] =>
    to.flatMap((object) => {
      const set = setOf(object);
      if (set === undefined) return [];
      const known = new Set(elementsOf(from, set.name).map((one) => JSON.stringify(one)));
      const elem = elementsOf(to, set.name).filter((one) => !known.has(JSON.stringify(one)));
      const { family, table, name } = set;
      return elem.length === 0 ? [] : [{ [verb]: { element: { family, table, name, elem } } }];
    });
  // What goes first makes room for a key with another value.
  return [...changes('delete', after, before), ...changes('add', before, after)];
};

export const nftFamily = (family: IpFamily): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6');

/** What `nft -j list table` says, or what is wanted, as one text: equal texts mean the same rules. */
export const canonical = (objects: readonly NftObject[]): string =>
  objects
    .flatMap((object) => Object.entries(object))
    .filter(([kind]) => kind !== 'metainfo' && kind !== 'table')
    .map(([kind, body]) => `${kind} ${JSON.stringify(plain(body))}`)
    // Rules have an order, everything else has names; nft lists sets, chains and rules one after the other.
    .map((text, index) => [text, text.startsWith('rule ') ? index : -1] as const)
    .sort(([a, i], [b, j]) => i - j || (i === -1 && j === -1 ? (a < b ? -1 : 1) : 0))
    .map(([text]) => text)
    .join('\n');

/** The objects of `nft -j list table`; undefined when that is none. */
export const listedObjects = (output: string): readonly NftObject[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(output);
    if (!isRecord(parsed) || !Array.isArray(parsed.nftables)) return undefined;
    return parsed.nftables.filter(isRecord);
  } catch {
    return undefined;
  }
};

/** Whether one of our rules, by its comment, is among them. */
export const hasTag = (objects: readonly NftObject[], tag: string = NFT_TAG): boolean =>
  objects.some(({ rule }) => isRecord(rule) && rule.comment === tag);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const setOf = ({ set, map }: NftObject): Readonly<Record<string, unknown>> | undefined =>
  isRecord(set) ? set : isRecord(map) ? map : undefined;

const withoutElements = (object: NftObject): NftObject =>
  setOf(object) === undefined
    ? object
    : Object.fromEntries(
        Object.entries(object).map(([kind, body]) => {
          const { elem: _, ...rest } = isRecord(body) ? body : {};
          return [kind, rest];
        }),
      );

const elementsOf = (objects: readonly NftObject[], name: unknown): readonly unknown[] =>
  objects.flatMap((object) => {
    const set = setOf(object);
    return set !== undefined && set.name === name && Array.isArray(set.elem) ? set.elem : [];
  });

// Without handles and counts; keys in one order, elements of sets as well.
const plain = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item));
    return key === 'elem' ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (!isRecord(value)) return value;
  if ('counter' in value) return { counter: null };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'handle')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, plain(item, name)]),
  );
};
