// The commands that are vipward's own: check, help, version.
import { Command, CommanderError } from 'commander';
import { runCheck } from './check.ts';
import { version } from './version.ts';

/** Runs one of our own commands; returns the exit status (2 for a command line that makes no sense). */
export const main = async (args: readonly string[]): Promise<number> => {
  let status = 0;
  const program = new Command('vipward')
    .description('A drop-in replacement for keepalived on Linux directors')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', otherPrograms);
  program
    .command('check')
    .description('check a configuration file and explain what is wrong')
    .argument('<file>', 'keepalived.conf')
    .option('--json', 'print one JSON object for tools')
    .option('--strict', 'warnings are errors')
    .option('--config-id <id>', 'id for @ lines')
    .action(async (file: string, options: { json?: boolean; strict?: boolean; configId?: string }) => {
      status = await runCheck(file, options);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return status;
};

const otherPrograms = `
Programs it also is:
  vipward keepalived [options]     the daemon, with keepalived's options (-h lists them)
  vipward ipvsadm [options]        list and edit the kernel's table, with ipvsadm's options (-h lists them)
  vipward realserver up|down|status [VIP...]   prepare a real server for direct routing`;
