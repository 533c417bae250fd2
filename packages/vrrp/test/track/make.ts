// What tests track.
import type { TrackProcess } from '@vipward/config';

export const trackProcess = (change: Partial<TrackProcess> = {}): TrackProcess => ({
  name: 'p',
  process: 'nginx',
  parameters: [],
  weight: 0,
  reverse: false,
  quorum: 1,
  forkDelay: 0,
  terminateDelay: 0,
  fullCommand: false,
  at: { file: 'k.conf', line: 3, column: 1 },
  ...change,
});
