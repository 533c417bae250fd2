// What the checks take of a configuration beside the virtual servers themselves.
import type { Config } from '@vipward/config';
import type { HealthSettings } from '@vipward/health';
import type { GroupMarks } from '@vipward/health/marks';

export const healthSettings = (
  { trackFiles = [], global }: Pick<Config, 'trackFiles' | 'global'>,
  marks?: GroupMarks,
): HealthSettings => ({
  trackFiles,
  logAllFailures: global.checkerLogAllFailures ?? false,
  rsInitNotifies: global.rsInitNotifies ?? false,
  ...(marks === undefined ? {} : { marks }),
});
