// The keyword table: every keyword of every block, and the one place that knows which keyword may stand where.
import type { KeywordRow } from './row.ts';
import { type BlockRows, block, type RowText } from './row.ts';
import { authenticationRows, authHmacRows } from './rows/authentication.ts';
import { bfdInstanceRows } from './rows/bfd-instance.ts';
import { checkerRows } from './rows/checkers.ts';
import { garpGroupRows } from './rows/garp-group.ts';
import { globalDefsRows } from './rows/global-defs.ts';
import { addressOptions, routeOptions, ruleOptions, serverGroupOptions, vipOptions } from './rows/line-options.ts';
import { realServerRows } from './rows/real-server.ts';
import { sslRows } from './rows/ssl.ts';
import { syncGroupRows } from './rows/sync-group.ts';
import { topLevelRows } from './rows/top-level.ts';
import { trackFileRows, trackGroupRows, trackProcessRows, vrrpScriptRows } from './rows/trackers.ts';
import { virtualServerRows } from './rows/virtual-server.ts';
import { vrrpInstanceRows } from './rows/vrrp-instance.ts';

// What an instance sets is watched by the instance itself.
const withoutGroups = (options: readonly RowText[]): readonly RowText[] =>
  options.filter(({ name }) => name !== 'track_group');

const blocks: readonly BlockRows[] = [
  topLevelRows,
  globalDefsRows,
  trackGroupRows,
  trackFileRows,
  { ...trackFileRows, path: 'vrrp_track_file' },
  trackProcessRows,
  vrrpScriptRows,
  syncGroupRows,
  garpGroupRows,
  bfdInstanceRows,
  vrrpInstanceRows,
  authenticationRows,
  authHmacRows,
  virtualServerRows,
  realServerRows,
  sslRows,
  ...checkerRows,
  block('static_ipaddress.<line>', addressOptions),
  block('static_routes.<line>', routeOptions),
  block('static_rules.<line>', ruleOptions),
  block('vrrp_instance.virtual_ipaddress.<line>', vipOptions),
  block('vrrp_instance.virtual_ipaddress_excluded.<line>', vipOptions),
  block('vrrp_instance.virtual_routes.<line>', withoutGroups(routeOptions)),
  block('vrrp_instance.virtual_rules.<line>', withoutGroups(ruleOptions)),
  block('virtual_server_group.<line>', serverGroupOptions),
];

/** The rows of one block by keyword. */
export type BlockTable = ReadonlyMap<string, KeywordRow>;

const rowsByPath: ReadonlyMap<string, BlockRows['rows']> = new Map(blocks.map(({ path, rows }) => [path, rows]));

// Made when a block is first met: most files have few kinds of them, and a short run should not wait for the others.
const made = new Map<string, BlockTable>();

/** The keywords of the block at a dotted path; empty for a path that is no keyword block. */
export const blockTable = (path: string): BlockTable => {
  const before = made.get(path);
  if (before !== undefined) return before;
  const table = new Map((rowsByPath.get(path) ?? []).map((row) => [row.name, row]));
  made.set(path, table);
  return table;
};

/** The path of a block inside another. */
export const childPath = (path: string, keyword: string): string => (path === '' ? keyword : `${path}.${keyword}`);

/** Every block with its rows, in table order: for the reference, completion and schemas. */
export const allBlocks = (): readonly BlockRows[] => blocks;

/** The blocks in which a keyword is known; the top level is the empty path. */
export const blocksKnowing = (keyword: string): readonly string[] =>
  blocks
    .filter(({ path, rows }) => !path.endsWith('<line>') && rows.some((row) => row.name === keyword))
    .map(({ path }) => path);
