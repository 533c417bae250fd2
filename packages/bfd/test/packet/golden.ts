// Control packets that keepalived 2.2.7, FRR 8.4.4 and BIRD 2.0.12 put on a wire, captured behind their UDP headers.
import { parseIp } from '@vipward/config/address';
import type { ControlPacket } from '../../src/index.ts';

export const ip = (text: string) => {
  const address = parseIp(text);
  if (!address) throw new Error(`not an address: ${text}`);
  return address;
};

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

export const packet = (change: Partial<ControlPacket> = {}): ControlPacket => ({
  diagnostic: 0,
  state: 'Down',
  poll: false,
  final: false,
  controlPlaneIndependent: false,
  demand: false,
  detectMultiplier: 5,
  myDiscriminator: 0x0a0b0c0d,
  yourDiscriminator: 0,
  desiredMinTx: 1_000_000,
  requiredMinRx: 100_000,
  requiredMinEchoRx: 0,
  ...change,
});

export interface Golden {
  readonly name: string;
  readonly payload: Uint8Array;
  readonly packet: ControlPacket;
}

const golden = (name: string, hex: string, change: Partial<ControlPacket>): Golden => ({
  name,
  payload: bytes(hex),
  packet: packet(change),
});

const fast = { desiredMinTx: 100_000 };

export const goldens: readonly Golden[] = [
  golden('keepalived, alone', '20400518 477a2f7c 00000000 000f4240 000186a0 00000000', {
    myDiscriminator: 0x477a2f7c,
  }),
  golden('keepalived, has heard', '20800518 477a2f7c b6d89224 000f4240 000186a0 00000000', {
    state: 'Init',
    myDiscriminator: 0x477a2f7c,
    yourDiscriminator: 0xb6d89224,
  }),
  golden('keepalived, polls as it comes up', '20e00518 b6d89224 477a2f7c 000186a0 000186a0 00000000', {
    state: 'Up',
    poll: true,
    myDiscriminator: 0xb6d89224,
    yourDiscriminator: 0x477a2f7c,
    ...fast,
  }),
  golden('keepalived, answers a poll', '20d00518 477a2f7c b6d89224 000186a0 000186a0 00000000', {
    state: 'Up',
    final: true,
    myDiscriminator: 0x477a2f7c,
    yourDiscriminator: 0xb6d89224,
    ...fast,
  }),
  golden('keepalived, up, wants other intervals', '20c00518 6a794b7a 6a794b7a 000186a0 000493e0 00000000', {
    state: 'Up',
    myDiscriminator: 0x6a794b7a,
    yourDiscriminator: 0x6a794b7a,
    desiredMinTx: 100_000,
    requiredMinRx: 300_000,
  }),
  golden('keepalived, after silence', '21400518 40d220f3 00000000 000f4240 000186a0 00000000', {
    diagnostic: 1,
    myDiscriminator: 0x40d220f3,
  }),
  golden('FRR, has heard', '20800518 7918c5ae 5c21b86a 000f4240 000f4240 0000c350', {
    state: 'Init',
    myDiscriminator: 0x7918c5ae,
    yourDiscriminator: 0x5c21b86a,
    requiredMinRx: 1_000_000,
    requiredMinEchoRx: 50_000,
  }),
  golden('FRR, polls', '20e00518 7918c5ae 5c21b86a 000186a0 000186a0 0000c350', {
    state: 'Up',
    poll: true,
    myDiscriminator: 0x7918c5ae,
    yourDiscriminator: 0x5c21b86a,
    requiredMinEchoRx: 50_000,
    ...fast,
  }),
  golden('FRR, after our AdminDown', '23400518 7918c5ae 00000000 000f4240 000f4240 0000c350', {
    diagnostic: 3,
    myDiscriminator: 0x7918c5ae,
    requiredMinRx: 1_000_000,
    requiredMinEchoRx: 50_000,
  }),
  golden('BIRD, polls', '20e00518 e21f889c a5af5959 000186a0 000186a0 00000000', {
    state: 'Up',
    poll: true,
    myDiscriminator: 0xe21f889c,
    yourDiscriminator: 0xa5af5959,
    ...fast,
  }),
];
