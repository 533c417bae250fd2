// nftables tables: kept by the program nft and over netlink.
export type { ElementKernel } from './elements.ts';
export { type Nftables, systemNftables } from './open.ts';
export type { NftOutcome, NftProgram } from './program.ts';
export { NftTables, type NftTablesParts, type WantedTable } from './tables.ts';
export * from './transaction.ts';
export type { NftTransaction, WatchNft } from './watch.ts';
