// The public face of VRRP: the advert codec, the machine, and the runtime that performs.
export * from './addresses.ts';
export * from './advert/advert.ts';
export * from './advert/ah.ts';
export * from './advert/freshness.ts';
export * from './advert/groups.ts';
export * from './advert/hmac.ts';
export * from './advert/ipv4.ts';
export * from './advert/receive.ts';
export * from './advert/rejection.ts';
export * from './advert/v2.ts';
export * from './advert/v3.ts';
export * from './arp.ts';
export * from './machine/model.ts';
export * from './machine/step.ts';
export * from './machine/timing.ts';
export * from './ndp.ts';
export type { Arp, OpenArp } from './runtime/announcer.ts';
export type {
  Edges,
  InstanceDetails,
  InstanceStatus,
  VrrpNotification,
  VrrpOptions,
  VrrpRuntime,
} from './runtime/api.ts';
export { VrrpError, type VrrpErrorCode } from './runtime/errors.ts';
export type { VrrpLog } from './runtime/log.ts';
export { type OwnedSettings, ownedSettings } from './runtime/owned-settings.ts';
export { startVrrp } from './runtime/runtime.ts';
export { startDelay } from './runtime/start-delay.ts';
export type { Tally } from './runtime/tally.ts';
export { type TrackSettings, trackSettings } from './runtime/track-settings.ts';
export type { OpenWire, OutgoingAdvert, Wire, WireListener, WireNeeds, WirePlace } from './runtime/wire.ts';
export type { ProcessImage } from './track/process-match.ts';
export type { ProcessNews, ProcessSource } from './track/processes.ts';
export type { RunningScript, ScriptResult, StartScript } from './track/start-script.ts';
export { withTrackedWeights } from './track/weights.ts';
