// The public face of VRRP: the advert codec, the machine, and the runtime that performs.
export * from './addresses.ts';
export * from './advert/advert.ts';
export * from './advert/ipv4.ts';
export * from './advert/receive.ts';
export * from './advert/rejection.ts';
export * from './arp.ts';
export * from './machine/model.ts';
export * from './machine/step.ts';
export * from './machine/timing.ts';
export * from './not-built.ts';
export type { Edges, InstanceStatus, VrrpNotification, VrrpOptions, VrrpRuntime } from './runtime/api.ts';
export { VrrpError, type VrrpErrorCode } from './runtime/errors.ts';
export type { VrrpLog } from './runtime/log.ts';
export { startVrrp } from './runtime/runtime.ts';
export type { Arp, OpenArp, OpenWire, Wire, WireListener } from './runtime/wire.ts';
