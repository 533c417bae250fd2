// The edges of `vipward ipvs`: the kernel, the daemon's socket, standard streams.
import { text } from 'node:stream/consumers';
import { type Asked, askStatus } from '@vipward/daemon/control';
import { NetlinkError, openIpvsKernel } from '@vipward/netlink';
import { coded } from '../coded.ts';
import { inputIsDirectory } from '../input-directory.ts';
import { type ListOptions, runList } from './list.ts';
import type { RestoreOptions } from './restore.ts';
import { systemScreen } from './terminal.ts';

type Kernel = Awaited<ReturnType<typeof openIpvsKernel>>;

const out = (piece: string): void => void process.stdout.write(piece);
const error = (piece: string): void => void process.stderr.write(piece);

export const list = (options: ListOptions & { readonly socket: string }): Promise<number> =>
  withKernel((kernel) => {
    const ask = (): Promise<Asked> => askStatus(options.socket);
    return runList(options, { kernel, ask, out, error, screen: systemScreen() });
  });

export const save = (): Promise<number> =>
  withKernel(async (kernel) => (await import('./restore.ts')).runSave({ kernel, out, error }));

export const restore = async (options: RestoreOptions): Promise<number> => {
  if (inputIsDirectory()) {
    error(
      coded('FILE_UNREADABLE', 'vipward ipvs restore: cannot read standard input: is a directory; nothing was written'),
    );
    return 2;
  }
  const [document, { runRestore }] = await Promise.all([text(process.stdin), import('./restore.ts')]);
  return withKernel((kernel) => runRestore(document, options, { kernel, out, error }));
};

/** 1 with one line when the kernel has no IPVS, or may not be asked. */
const withKernel = async (act: (kernel: Kernel) => Promise<number>): Promise<number> => {
  let kernel: Kernel | undefined;
  try {
    kernel = await openIpvsKernel();
    return await act(kernel);
  } catch (refusal) {
    if (!(refusal instanceof NetlinkError)) throw refusal;
    error(`vipward: ${refusal.message} [${refusal.code}]\n`);
    return 1;
  } finally {
    kernel?.close();
  }
};
