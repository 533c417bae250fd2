// AgentX messages as data (RFC 2741, section 6): what a subagent sends, and what a master asks.
import type { Oid } from './oid.ts';
import type { VarBind } from './value.ts';

/** The numbers that tie an answer to its question. */
export interface Session {
  readonly session: number;
  readonly transaction: number;
  readonly packet: number;
}

/** From `start` (itself, with `include`) up to but without `end`; no `end` where it is empty. */
export interface SearchRange {
  readonly start: Oid;
  readonly include: boolean;
  readonly end: Oid;
}

export type Body =
  /** `timeout`: seconds, 0 = the master's own. */
  | { readonly kind: 'open'; readonly timeout: number; readonly id: Oid; readonly description: string }
  | { readonly kind: 'close'; readonly reason: number }
  | { readonly kind: 'register'; readonly timeout: number; readonly priority: number; readonly subtree: Oid }
  | { readonly kind: 'get' | 'get-next'; readonly ranges: readonly SearchRange[] }
  | {
      readonly kind: 'get-bulk';
      readonly nonRepeaters: number;
      readonly maxRepetitions: number;
      readonly ranges: readonly SearchRange[];
    }
  | { readonly kind: 'test-set'; readonly variables: readonly VarBind[] }
  | { readonly kind: 'commit-set' | 'undo-set' | 'cleanup-set' | 'ping' }
  | { readonly kind: 'notify'; readonly variables: readonly VarBind[] }
  | { readonly kind: 'add-caps'; readonly id: Oid; readonly description: string }
  /** `index`: which variable is at fault, from 1. */
  | {
      readonly kind: 'response';
      readonly upTime: number;
      readonly error: number;
      readonly index: number;
      readonly variables: readonly VarBind[];
    };

/** `context`: only where it is not the usual one. */
export type Pdu = Session & Body & { readonly context?: Uint8Array };

/** h.type */
export const pduTypes = {
  open: 1,
  close: 2,
  register: 3,
  get: 5,
  'get-next': 6,
  'get-bulk': 7,
  'test-set': 8,
  'commit-set': 9,
  'undo-set': 10,
  'cleanup-set': 11,
  notify: 12,
  ping: 13,
  'add-caps': 16,
  response: 18,
} as const satisfies Record<Body['kind'], number>;

/** v.type */
export const valueTypes = {
  integer: 2,
  octets: 4,
  null: 5,
  oid: 6,
  'ip-address': 64,
  counter: 65,
  gauge: 66,
  ticks: 67,
  opaque: 68,
  counter64: 70,
  'no-such-object': 128,
  'no-such-instance': 129,
  'end-of-view': 130,
} as const satisfies Record<VarBind['value']['type'], number>;

/** res.error: of SNMP below 256, of AgentX from there on. */
export const errors = {
  none: 0,
  generic: 5,
  commitFailed: 14,
  undoFailed: 15,
  notWritable: 17,
  notOpen: 257,
  unsupportedContext: 262,
} as const;

/** Bytes of a header. */
export const headerBytes = 20;

export const flags = { context: 0x08, networkOrder: 0x10 } as const;

/** A payload longer than this is no message of a master that means us well. */
export const mostPayloadBytes = 1 << 20;
