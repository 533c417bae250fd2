// `vipward ipvs ...` and `vipward status` as commands; what they do is loaded when one of them runs.
import type { Command } from 'commander';
import type { ListOptions } from './list.ts';
import type { RestoreOptions } from './restore.ts';

const usualSocket = '/run/keepalived.sock';

/** Adds the commands; `ended` is told the exit status of the one that ran. */
export const addIpvsCommands = (program: Command, ended: (status: number) => void): void => {
  const ipvs = program.command('ipvs').description("the kernel's table beyond what ipvsadm shows");
  ipvs
    .command('list')
    .description('rates, shares of connections and health of every real server')
    .option('--json', 'print one JSON object for tools')
    .option('--wide', 'with totals, thresholds and tunnels')
    .option('--watch', 'draw it anew every two seconds; q ends')
    .option('--socket <path>', 'control socket of the daemon', usualSocket)
    .action(async (options: ListOptions & { socket: string }) => {
      ended(await (await import('./main.ts')).list(options));
    });
  ipvs
    .command('save')
    .description('print the whole table')
    .requiredOption('--json', 'as JSON (ipvsadm -S prints command lines)')
    .action(async () => {
      ended(await (await import('./main.ts')).save());
    });
  ipvs
    .command('restore')
    .description('make the table what a saved one says, by the fewest changes; reads standard input')
    .requiredOption('--json', 'from JSON (ipvsadm -R reads command lines)')
    .option('--replace', 'remove what the saved table does not have')
    .option('--dry-run', 'print the changes and make none')
    .action(async (options: RestoreOptions) => {
      ended(await (await import('./main.ts')).restore(options));
    });
  program
    .command('status')
    .description('what a running daemon does: instances, services and why servers are down')
    .option('--json', 'print one JSON object for tools')
    .option('--socket <path>', 'control socket of the daemon', usualSocket)
    .action(async (options: { json?: boolean; socket: string }) => {
      ended(await (await import('./status.ts')).runStatus(options));
    });
};
