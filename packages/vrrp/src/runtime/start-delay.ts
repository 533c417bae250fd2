// How long instances wait at the start of a daemon before they begin.
import type { GlobalDefs, Millis } from '@vipward/config';

/** vrrp_startup_delay, or what is left of vrrp_delay_after_boot if that is more. `uptime`: since the machine's boot. */
export const startDelay = (
  { vrrpStartupDelay = 0, vrrpDelayAfterBoot = 0 }: Pick<GlobalDefs, 'vrrpStartupDelay' | 'vrrpDelayAfterBoot'>,
  uptime: Millis,
): Millis => Math.max(vrrpStartupDelay, vrrpDelayAfterBoot - uptime, 0);
