// The public face of BFD: the packet codec, the session machine, and the runtime that performs.
export * from './machine/model.ts';
export { newSession, resumedSession, step } from './machine/step.ts';
export * from './machine/timing.ts';
export * from './packet/codec.ts';
export * from './packet/packet.ts';
export * from './packet/rejection.ts';
export * from './packet/select.ts';
export type { BfdOptions, BfdRuntime, BfdStatus, Edges } from './runtime/api.ts';
export { BfdError, type BfdErrorCode } from './runtime/errors.ts';
export type { BfdLog } from './runtime/log.ts';
export { startBfd } from './runtime/runtime.ts';
export type { Ear, Mouth, MouthPlan, OpenEar, OpenMouth, Received, WireListener } from './runtime/wire.ts';
