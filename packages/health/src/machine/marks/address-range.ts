// Addresses one after the other with the same port and mark, as ranges, shown as nft shows them.
import { formatIp, type IpAddress, type IpFamily } from '@vipward/config/address';

export interface Numbered {
  readonly address: IpAddress;
  readonly port: number;
  readonly mark: number;
}

export interface AddressRange {
  readonly from: bigint;
  readonly to: bigint;
  readonly port: number;
  readonly mark: number;
}

/** No address and port twice in `addresses`, which are of one family. */
export const addressRanges = (addresses: readonly Numbered[]): readonly AddressRange[] => {
  const sorted = addresses
    .map(({ address, port, mark }) => ({ at: numberOf(address), port, mark }))
    .sort((a, b) => a.port - b.port || a.mark - b.mark || (a.at < b.at ? -1 : 1));
  const ranges: AddressRange[] = [];
  for (const { at, port, mark } of sorted) {
    const last = ranges.at(-1);
    if (last?.port === port && last.mark === mark && last.to + 1n === at)
      ranges[ranges.length - 1] = { ...last, to: at };
    else ranges.push({ from: at, to: at, port, mark });
  }
  return ranges;
};

/** nft lists a range that is a network as one: what is wanted must be written as it will be listed. */
export const shownRange = (family: IpFamily, { from, to }: Pick<AddressRange, 'from' | 'to'>): unknown => {
  const show = (number: bigint): string => formatIp(addressOf(family, number));
  if (from === to) return show(from);
  const size = to - from + 1n;
  const bits = size.toString(2).length - 1;
  const isNetwork = size === 1n << BigInt(bits) && from % size === 0n;
  return isNetwork
    ? { prefix: { addr: show(from), len: (family === 4 ? 32 : 128) - bits } }
    : { range: [show(from), show(to)] };
};

const numberOf = ({ bytes }: IpAddress): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

const addressOf = (family: IpFamily, number: bigint): IpAddress => ({
  family,
  bytes: Uint8Array.from(Buffer.from(number.toString(16).padStart(family === 4 ? 8 : 32, '0'), 'hex')),
});
