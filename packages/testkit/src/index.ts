// The public face of the testkit package; what needs jest (needs, describeWith, contracts) is in @vipward/testkit/jest.
export * from './clock/fake-clock.ts';
