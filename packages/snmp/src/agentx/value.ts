// What a variable can hold (RFC 2741, section 5.4), and short ways to make the usual ones.
import type { IpAddress } from '@vipward/config/address';
import type { Oid } from './oid.ts';

export type Value =
  /** Signed, 32 bits. */
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'octets' | 'opaque'; readonly bytes: Uint8Array }
  | { readonly type: 'oid'; readonly oid: Oid }
  /** 4 bytes. */
  | { readonly type: 'ip-address'; readonly bytes: Uint8Array }
  /** Unsigned, 32 bits; ticks are hundredths of a second. */
  | { readonly type: 'counter' | 'gauge' | 'ticks'; readonly value: number }
  | { readonly type: 'counter64'; readonly value: bigint }
  | { readonly type: 'null' | 'no-such-object' | 'no-such-instance' | 'end-of-view' };

export interface VarBind {
  readonly name: Oid;
  readonly value: Value;
}

export const integer = (value: number): Value => ({ type: 'integer', value });
/** INTEGER { yes(1), no(2) }: TruthValue, and most two-valued objects of KEEPALIVED-MIB. */
export const yesNo = (yes: boolean): Value => integer(yes ? 1 : 2);
/** Cut to its lower 32 bits, as the objects of 32 bits are where there is one of 64 beside them. */
export const gauge = (value: number | bigint): Value => ({ type: 'gauge', value: low32(value) });
export const gaugeOrNone = (value: number | undefined): Value | undefined =>
  value === undefined ? undefined : gauge(value);
export const counter = (value: number | bigint): Value => ({ type: 'counter', value: low32(value) });
export const counter64 = (value: number | bigint): Value => ({
  type: 'counter64',
  value: BigInt.asUintN(64, BigInt(value)),
});
/** Milliseconds become hundredths of a second. */
export const ticks = (ms: number): Value => ({ type: 'ticks', value: low32(Math.floor(ms / 10)) });
export const text = (value: string): Value => ({ type: 'octets', bytes: new TextEncoder().encode(value) });
/** InetAddress: the bytes as they are. */
export const inetAddress = ({ bytes }: IpAddress): Value => ({ type: 'octets', bytes });
/** InetAddressType { ipv4(1), ipv6(2) }. */
export const inetAddressType = (family: 4 | 6): Value => integer(family === 4 ? 1 : 2);

const low32 = (value: number | bigint): number => Number(BigInt.asUintN(32, BigInt(value)));
