// A bench whose table goes through the reconciler into a kernel in memory, so that what a reload leaves there shows.
import type { VirtualServer } from '@vipward/config';
import { createReconciler, nothingOwned } from '@vipward/reconciler';
import { createMemoryIpvs, type MemoryIpvs } from '@vipward/testkit';
import type { HealthOptions } from '../../src/runtime/start.ts';
import { saveLines } from '../machine/save-lines.ts';
import { type Answer, type Bench, bench } from './bench.ts';

export interface KernelBench extends Bench {
  readonly kernel: MemoryIpvs;
  /** The kernel's table as sorted lines of `ipvsadm -Sn`. */
  lines(): Promise<readonly string[]>;
}

export const kernelBench = (
  virtualServers: readonly VirtualServer[],
  answer: Answer,
  more: Partial<HealthOptions> = {},
  kernel: MemoryIpvs = createMemoryIpvs(),
): KernelBench => {
  const silent = { error: () => undefined, warning: () => undefined, info: () => undefined };
  let setDesired: ReturnType<typeof createReconciler>['setDesired'] = () => undefined;
  const made = bench(virtualServers, answer, {
    readKernel: () => kernel.table(),
    onChange: (table) => setDesired(table),
    ...more,
  });
  const reconciler = createReconciler({
    kernel,
    clock: made.clock,
    log: silent,
    owned: nothingOwned,
    onOwnedChange: () => undefined,
  });
  setDesired = reconciler.setDesired;
  return { ...made, kernel, lines: async () => saveLines(await kernel.table()).toSorted() };
};
