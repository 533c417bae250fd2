// Configuration files made from the keyword table, right by construction, and ways to spoil them.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the language under test
import fc from 'fast-check';
import { allBlocks, type Grammar, type KeywordRow } from '../../src/index.ts';

const from = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const addresses = from('10.0.0.1', '192.0.2.254', '255.255.255.255', '2001:db8::1', 'fe80::1', '::ffff:10.0.0.1');
const ports = from('', ' 80', ' 0', ' 65535');
const names = from('VI_1', 'eth0', 'lo', 'chk', 'web-1', '"two words"', 'root', 'constructor', '__proto__');

/** Text that the grammar takes, in most cases. */
const argumentsOf = (grammar: Grammar): fc.Arbitrary<string> => {
  switch (grammar.kind) {
    case 'flag':
      return from('');
    case 'bool':
      return from('', 'on', 'true', 'yes', 'off', 'false', 'no');
    case 'integer':
      return fc.oneof(
        fc.integer({ min: Math.max(grammar.min, -1000), max: Math.min(grammar.max, 1000) }).map(String),
        from(String(grammar.min), String(grammar.max)),
      );
    case 'decimal':
      return from(String(Math.max(grammar.min, 1)), '1.5', '3', '0.25');
    case 'choice':
      return from(...grammar.words);
    case 'ip':
      return addresses;
    case 'ip-port':
    case 'host-port':
      return fc.tuple(addresses, ports).map(([address, port]) => address + port);
    case 'service':
      return fc.oneof(
        fc.tuple(addresses, ports).map(([address, port]) => address + port),
        from('fwmark 7', 'group web'),
      );
    case 'forwarding':
      return from('NAT', 'DR', 'TUN', 'TUN type gue port 5555 csum', 'TUN type gre');
    case 'persistence-mask':
      return from('255.255.255.0', '64');
    case 'status-codes':
      return from('200', '200-299 301', '404');
    case 'digest':
      return from('0123456789abcdef0123456789abcdef');
    case 'account':
      return from('root', 'root root', 'nobody :');
    case 'script':
      return from('/bin/true', '"/bin/check one two"', '\'/bin/check "x y"\' root', '"/bin/a \\x41" nobody nogroup');
    default:
      return fc.array(names, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
  }
};

const valueLines = from(
  '10.0.0.1',
  '10.0.0.2/24 dev eth0 label eth0:1',
  '2001:db8::5/64',
  'eth0 weight 10',
  'chk weight -5 reverse',
  '10.0.0.9 min_ttl 1 max_ttl 255',
  '192.0.2.0/24 via 10.0.0.1 dev eth0 metric 5',
  'from 10.0.0.1 table 7 priority 9',
  '10.0.0.1-9 80',
  'fwmark 4',
  'admin@example.com',
  'VI_1',
);

const tables = new Map(allBlocks().map(({ path, rows }) => [path, rows]));

/** Deep enough for every block of the table: virtual_server, real_server, HTTP_GET, url. */
const DEEPEST = 4;

const statementOf = (row: KeywordRow, path: string, depth: number): fc.Arbitrary<readonly string[]> => {
  const head = argumentsOf(row.grammar).map((text) => (text === '' ? row.name : `${row.name} ${text}`));
  if (row.body === undefined) return head.map((text) => [text]);
  const inner =
    row.body === 'keywords'
      ? statementsOf(path === '' ? row.name : `${path}.${row.name}`, depth + 1)
      : fc.array(valueLines, { maxLength: 3 });
  return fc.tuple(head, inner).map(([text, lines]) => [`${text} {`, ...lines.map((line) => `  ${line}`), '}']);
};

const known = new Map<string, fc.Arbitrary<readonly string[]>>();

const statementsOf = (path: string, depth: number): fc.Arbitrary<readonly string[]> => {
  const before = known.get(path);
  if (before !== undefined) return before;
  const rows = depth < DEEPEST ? (tables.get(path) ?? []) : [];
  const [first, ...rest] = rows.map((row) => statementOf(row, path, depth));
  const made =
    first === undefined
      ? fc.constant([])
      : fc.array(fc.oneof(first, ...rest), { maxLength: depth === 0 ? 3 : 5 }).map((statements) => statements.flat());
  known.set(path, made);
  return made;
};

/** What may stand between any two lines. */
const between = from(
  '',
  '# comment { "',
  '! comment',
  '$A=10.0.0.7',
  '$B=priority \\\n  50\n',
  '@node1 global_defs { router_id x }',
  '@^node1 bogus',
  '@other vrrp_instance X {',
  'include missing.conf',
  '~SEQ(N, 1, 3) static_${N} x',
  'global_defs { router_id ${A} }',
  'vrrp_version 3 # odd place',
  '$M=global_defs { \\\n  router_id m \\\n}',
  '$M',
  '${M}',
  '@node1 $A=10.0.0.8',
  '$A=$B',
  '$B=$A',
  '~LST({V, W}, {a, 1}, {b, 2}) global_defs { router_id ${V}${W} }',
  '~LST(V, $A, b c) x',
  '~SEQ(N, 2) ~SEQ(K, $N) $M',
  'include {x,y}.conf',
  'includea {x.conf,*.conf}',
  'global_defs { include_check +match }',
  'x "${_RANDOM 1 9}" ${_ENV HOME} ${_PWD}',
  'x "open',
);

/** A file that follows the table; its meaning may still be wrong. */
export const generatedFile: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(statementsOf('', 0), { minLength: 1, maxLength: 2 }),
    fc.array(fc.tuple(fc.nat(200), between), { maxLength: 3 }),
  )
  .map(([blocks, extras]) => {
    const lines = blocks.flat();
    for (const [place, text] of extras) lines.splice(place % (lines.length + 1), 0, text);
    return `${lines.join('\n')}\n`;
  });

/** One way to spoil a text at a place, a number from 0 up to 1 of its length. */
type Mutation = (text: string, place: number) => string;

const insert =
  (piece: string): Mutation =>
  (text, place) => {
    const at = Math.floor(place * (text.length + 1));
    return text.slice(0, at) + piece + text.slice(at);
  };

const cut =
  (length: number): Mutation =>
  (text, place) => {
    const at = Math.floor(place * text.length);
    return text.slice(0, at) + text.slice(at + length);
  };

const repeatLine: Mutation = (text, place) => {
  const lines = text.split('\n');
  const at = Math.floor(place * lines.length);
  return [...lines.slice(0, at + 1), ...lines.slice(at)].join('\n');
};

const PIECES = [
  '{',
  '}',
  '"',
  "'",
  '\\',
  '\n',
  '\0',
  '$',
  '${',
  '$A',
  '@',
  '~SEQ(A,1,9) ',
  '~LST(A,',
  '#',
  '!',
  ' -1 ',
  ' 99999999999 ',
  '\r\n',
  '\u00a0',
  'include * ',
  '~LST({V,W},{a,',
  ' \\\n',
  '$M=',
  '${M}\n',
  '} ',
  '{ @node1 ',
];

const mutations: readonly Mutation[] = [
  ...PIECES.map(insert),
  cut(1),
  cut(5),
  cut(200),
  repeatLine,
  (text) => text.replaceAll('\n', ' '),
];

export const mutatedFile: fc.Arbitrary<string> = fc
  .tuple(generatedFile, fc.array(fc.tuple(fc.nat(mutations.length - 1), fc.nat(9999)), { minLength: 1, maxLength: 4 }))
  .map(([text, changes]) => changes.reduce((so, [which, place]) => mutations[which]?.(so, place / 10_000) ?? so, text));

const alphabet = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...' \n\t{}"\'\\$#!@~()=,.:/-_09azAZ') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
);

/** Bytes of any kind, those that mean something more often. */
export const bytes: fc.Arbitrary<string> = fc
  .array(alphabet, { maxLength: 300 })
  .map((characters) => characters.join(''));
