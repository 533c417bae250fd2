// The public face of the testkit package; what defines tests and so needs jest is in @vipward/testkit/jest.
export * from './clock/fake-clock.ts';
export * from './contract/ipvs-values.ts';
export * from './memory/ipvs.ts';
export { ENGINES, SCHEDULERS } from './memory/ipvs-rules.ts';
export type { ErrnoName } from './memory/refuse.ts';
export * from './memory/route.ts';
export { missing, type Need } from './needs/probe.ts';
export { createNetns, type Netns } from './netns/netns.ts';
export * from './netns/topology.ts';
export * from './process/http-server.ts';
export * from './process/logged.ts';
export * from './process/run.ts';
export * from './scenario/parse.ts';
export * from './scenario/run.ts';
