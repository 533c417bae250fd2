// What checks take of the global definitions.
import { expect, test } from '@jest/globals';
import { healthSettings } from '../../src/worker/health-settings.ts';
import { globals } from '../configured.ts';

test('checker_log_all_failures and rs_init_notifies are off unless they are written', () => {
  expect(healthSettings({ global: globals() })).toEqual({
    trackFiles: [],
    logAllFailures: false,
    rsInitNotifies: false,
  });
  expect(healthSettings({ global: globals('checker_log_all_failures') }).logAllFailures).toBe(true);
  expect(healthSettings({ global: globals('checker_log_all_failures off') }).logAllFailures).toBe(false);
  expect(healthSettings({ global: globals('rs_init_notifies') }).rsInitNotifies).toBe(true);
});
