// The public face of the testkit package; what needs jest (needs, describeWith, contracts) is in @vipward/testkit/jest.
export * from './clock/fake-clock.ts';
export * from './contract/ipvs-values.ts';
export * from './memory/ipvs.ts';
export { ENGINES, SCHEDULERS } from './memory/ipvs-rules.ts';
export type { ErrnoName } from './memory/refuse.ts';
