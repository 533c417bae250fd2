// `vipward keepalived`: the daemon, and the workers that it starts.
import { runDaemon, runWorker } from '@vipward/daemon';
import { version } from './version.ts';

export const main = (title: string, args: readonly string[]): Promise<number> =>
  runDaemon({ args, title, version, entry: entryPoint(), execArgv: process.execArgv });

export const worker = (args: readonly string[]): Promise<number> => runWorker(args[0] ?? '');

const entryPoint = (): string => process.argv[1] ?? '';
