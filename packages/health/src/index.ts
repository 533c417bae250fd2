// The public face of health: checkers, the logic of real and virtual servers, and the runtime that joins them.
export { type Check, type CheckContext, runCheck } from './checkers/check.ts';
export { type Digest, type DigestRequest, type DigestWatcher, requestDigest } from './checkers/request-digest.ts';
export type { HealthEvent } from './machine/event.ts';
export { fromJson, toJson } from './machine/health-json.ts';
export { carryOver, type HealthState, initialHealth } from './machine/health-state.ts';
export { realServerName, virtualServerName } from './machine/name.ts';
export { type Notice, type NoticeSettings, noticesFor } from './machine/notices.ts';
export type { Order, OrderAction, OrderAnswer, OrderErrorCode } from './machine/order.ts';
export type { CheckFailure, CheckResult, CheckSuccess, FailureReason, Verdict } from './machine/result.ts';
export { type ScriptRun, scriptsFor } from './machine/scripts.ts';
export { desiredTable } from './machine/table.ts';
export type { LatenessReport } from './runtime/lateness.ts';
export type { CheckReport, RealServerReport, VirtualServerReport } from './runtime/report.ts';
export {
  type HealthLog,
  type HealthOptions,
  type HealthRuntime,
  type HealthSettings,
  startHealth,
} from './runtime/start.ts';
