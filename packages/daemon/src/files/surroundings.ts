// What `${_RANDOM}` and `${_ENV}` of a configuration become on this machine.
import { hostname } from 'node:os';
import type { Surroundings } from '@vipward/config';

/** `configId` is that of the command line; without one it is keepalived's default. */
export const surroundingsOf = (configId: string | undefined): Required<Surroundings> => ({
  configId: configId ?? defaultConfigId(),
  random: (min, max) => min + Math.floor(Math.random() * (max - min + 1)),
  environment: process.env,
});

/** keepalived's default config id: the node name up to the first dot. */
export const defaultConfigId = (): string => hostname().split('.')[0] ?? hostname();
