// One command line of ipvsadm, from its words to its exit status.

import type { IpvsadmIo, IpvsadmKernel, Run } from './context.ts';
import { AddressNames, LearntNames } from './names.ts';
import { parseIpvsadm } from './parse.ts';
import { perform, printAbout, refusalText, understand } from './perform.ts';
import { restore } from './restore.ts';

/**
 * Runs one command line (without the program's name) and resolves with the exit status: 0 done, 1 nothing to list,
 * 2 refused by ipvsadm or no IPVS, 255 refused by the kernel or not understood.
 */
export const runIpvsadm = async (args: readonly string[], io: IpvsadmIo): Promise<number> => {
  const early = parseIpvsadm(args);
  if (early.kind === 'help' || early.kind === 'version') return printAbout(early.kind, io);
  let kernel: IpvsadmKernel | undefined;
  try {
    kernel = await io.openKernel();
    // ipvsadm asks for the version before it looks at its arguments; this is where a user who is not root is told.
    await kernel.info();
  } catch (error) {
    kernel?.close();
    io.stderr(cannotInitialize(error));
    return 2;
  }
  try {
    const run: Run = { io, kernel, learnt: new LearntNames(io.names), addressNames: new AddressNames(io.names) };
    const outcome = await understand(args, run);
    if (outcome.kind === 'refusal') {
      io.stderr(outcome.message);
      return outcome.exit;
    }
    return outcome.kind === 'restore' ? await restore(run) : await perform(outcome, run);
  } finally {
    kernel.close();
  }
};

const cannotInitialize = (error: unknown): string => {
  if (!(error instanceof Error)) throw error;
  const absent = 'code' in error && error.code === 'IPVS_ABSENT';
  const why = absent ? 'Protocol not available' : refusalText('list', error);
  return `Can't initialize ipvs: ${why}\nAre you sure that IP Virtual Server is built in the kernel or as module?\n`;
};
