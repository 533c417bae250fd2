// Intervals of RFC 5880 as numbers: what is sent how often (6.8.2, 6.8.7), and how long silence is believed (6.8.4).
import type { Millis } from '@vipward/config';
import type { Remote, Session } from './model.ts';

/** bfd.DesiredMinTxInterval as it is advertised: at least a second while not Up (section 6.8.3). */
export const desiredMinTx = ({ config, state }: Pick<Session, 'config' | 'state'>): Millis =>
  state === 'Up' ? config.minTx : config.idleTx;

/** Between two packets of ours before jitter. Undefined = none are sent by the clock (section 6.8.7). */
export const transmitInterval = (session: Session): Millis | undefined => {
  const { config, state, remote, poll, activeMinTx } = session;
  if (state === 'AdminDown') return undefined;
  if (config.passive && remote.discriminator === 0) return undefined;
  if (remote.minRx === 0) return undefined;
  // Demand mode of the neighbour: silence, except for a Poll Sequence.
  if (remote.demand && state === 'Up' && remote.state === 'Up' && poll === 'none') return undefined;
  return Math.max(activeMinTx, remote.minRx);
};

/**
 * Each interval is shortened by 0 to 25 %, so that systems do not fall into step; with a multiplier of 1 by 10 to 25 %, so
 * that one late packet is no expiry. `random` is 0 <= random < 1.
 */
export const withJitter = (interval: Millis, multiplier: number, random: number): Millis =>
  interval * (0.75 + (multiplier === 1 ? 0.15 : 0.25) * random);

/** Silence of this length is the end; 0 as long as nothing was heard. */
export const detectionTime = ({ remote, activeMinRx }: Pick<Session, 'remote' | 'activeMinRx'>): Millis =>
  remote.multiplier * Math.max(activeMinRx, remote.minTx);

/** How long the neighbour believes our silence. */
export const remoteDetectionTime = (session: Session): Millis =>
  session.config.multiplier * Math.max(session.remote.minRx, desiredMinTx(session));

/** Before anything was heard: section 6.8.1 begins with a required interval of 1 us. */
export const unheard: Remote = {
  discriminator: 0,
  state: 'Down',
  diagnostic: 0,
  minTx: 0,
  minRx: 0.001,
  multiplier: 0,
  demand: false,
};
