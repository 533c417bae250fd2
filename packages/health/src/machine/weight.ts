// A real server's weight: the configured one and what its checks make of it, always computed anew and never counted up.
import type { FileCheck, RealServer, TrackFile } from '@vipward/config';
import type { CheckerState } from './checker.ts';
import { checksOf } from './checks.ts';
import { type CheckResult, failure } from './result.ts';

/** As large as the kernel's weights are, and where keepalived cuts them. */
export const maximumWeight = 0x7fffffff;

/**
 * The configured weight, moved by every MISC_CHECK with misc_dynamic (as far as what it wants is from the configured one)
 * and by every FILE_CHECK, within 0 and 2147483647. `states` are those of checksOf(rs), in its order.
 */
export const weightOf = (rs: RealServer, states: readonly { readonly state: CheckerState }[]): number => {
  let weight = rs.weight;
  // Read so often, and moved so seldom, that it is worth looking first.
  if (states.every(({ state }) => state.weight === undefined)) return Math.min(Math.max(weight, 0), maximumWeight);
  for (const [i, check] of checksOf(rs).entries()) {
    const moved = states[i]?.state.weight;
    if (moved === undefined) continue;
    weight += check.kind === 'FILE_CHECK' ? moved : moved - rs.weight;
  }
  return Math.min(Math.max(weight, 0), maximumWeight);
};

/**
 * What the number in a tracked file means to a FILE_CHECK: with weight 0 any number but 0 is a failure (with reverse, 0
 * is); with a weight the product is added to the server's weight, and a product of -2147483648 or less is a failure.
 */
export const judgeFile = (check: FileCheck, file: TrackFile, value: number): CheckResult => {
  const reverse = check.reverse ?? file.reverse;
  const factor = check.weight ?? file.weight;
  if (factor === 0) {
    return (value !== 0) === reverse ? { ok: true, weight: 0 } : failure('file', `${file.file} says ${value}`);
  }
  const product = value * factor * (reverse ? -1 : 1);
  if (product <= -0x80000000) return failure('file', `${file.file} says ${value}`);
  // Without the second step -0 would be written for 0.
  return { ok: true, weight: Math.min(product, maximumWeight) || 0 };
};
