// The part of the testkit that defines tests and therefore runs under jest only.
export { ipvsContract } from './contract/ipvs.ts';
export { routeContract } from './contract/route.ts';
export { memoryWorld, type RouteWorld, vethWorld } from './contract/route-world.ts';
export { describeWith, needs } from './needs/describe-with.ts';
export { scenarioTests } from './scenario/suite.ts';
