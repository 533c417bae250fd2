// MISC_CHECK: a script's exit status is the verdict; with misc_dynamic it can also be a weight.
import type { MiscCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { runScript } from './script.ts';

/** 0 is success, 1 failure; with misc_dynamic 2..255 is success with the weight status - 2, otherwise failure. */
export const checkMisc = async (checker: MiscCheck, context: CheckContext): Promise<CheckResult> => {
  const ended = await runScript(checker.script, checker.timeout, context);
  switch (ended.kind) {
    case 'exit':
      if (ended.status === 0) return { ok: true };
      if (checker.dynamic && ended.status >= 2) return { ok: true, weight: ended.status - 2 };
      return failure('script', `exited with status ${ended.status}`);
    case 'signal':
      return failure('script', `due to signal ${ended.signal}`);
    case 'timeout':
      return failure('script-timeout', `still running after ${checker.timeout / 1000} s`);
    case 'not-run':
      return ended.failure;
  }
};
