// The public face of the kernel over netlink.
export { errnoName, errnoOf } from './codec/errno.ts';
export * from './errors.ts';
export * from './ipvs/canonical.ts';
export { NetlinkIpvsKernel } from './ipvs/kernel.ts';
export * from './ipvs/key.ts';
export * from './ipvs/model.ts';
export { type IpvsOptions, openIpvsKernel } from './ipvs/open.ts';
export { describeOperation } from './ipvs/operation.ts';
export type { IpvsTimeouts, SyncDaemon } from './ipvs/settings.ts';
export { NetlinkRouteKernel } from './route/kernel.ts';
export * from './route/model.ts';
export { openRouteKernel, type RouteOptions } from './route/open.ts';
export { openLibraryTransport } from './transport/library.ts';
export { openNativeTransport } from './transport/native.ts';
export { openTransport } from './transport/open.ts';
export { debugSink } from './transport/trace.ts';
export type { NetlinkTransport, OpenTransport, TransportListener } from './transport/transport.ts';
