// The commands that are vipward's own; each loads what it needs when it is asked for.
import { Argument, Command, CommanderError } from 'commander';
import { endOnBrokenPipe } from './broken-pipe.ts';
import { addIpvsCommands } from './ipvs/commands.ts';
import { addOperatorCommands } from './operate/commands.ts';
import { addHelpCommand, explainUsage } from './usage.ts';
import { version } from './version.ts';

/** Runs one of our own commands; returns the exit status (2 for a command line that makes no sense). */
export const main = async (args: readonly string[]): Promise<number> => {
  let status = 0;
  endOnBrokenPipe();
  const program = ownCommands((ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return status;
};

/** The commands with their options; `ended` is told the exit status of the one that ran. */
export const ownCommands = (ended: (status: number) => void): Command => {
  const program = new Command('vipward')
    .description('A drop-in replacement for keepalived on Linux directors')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', otherPrograms);
  program
    .command('check')
    .description('check a configuration file and explain what is wrong')
    .argument('<file>', 'keepalived.conf; - is standard input')
    .option('--json', 'print one JSON object for tools')
    .option('--strict', 'warnings are errors')
    .option('--config-id <id>', 'id for @ lines')
    .action(async (file: string, options: { json?: boolean; strict?: boolean; configId?: string }) => {
      ended(await (await import('./check.ts')).runCheck(file, options));
    });
  const config = program.command('config').description('look into configurations');
  config
    .command('schema')
    .description('print the JSON schema of a resolved configuration')
    .action(async () => {
      const { configJsonSchema } = await import('@vipward/config/schema');
      process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    });
  config
    .command('export')
    .description('print the resolved configuration as JSON in the form of the schema')
    .argument('<file>', 'keepalived.conf; - is standard input')
    .option('--config-id <id>', 'id for @ lines')
    .action(async (file: string, options: { configId?: string }) => {
      const [{ runExport }, { standardOutput }, { sourceOf }] = await Promise.all([
        import('./config-export.ts'),
        import('./config-fmt.ts'),
        import('./standard-input.ts'),
      ]);
      ended(runExport(await sourceOf(file), options, standardOutput));
    });
  config
    .command('show')
    .description('print the resolved configuration, with the place each value comes from')
    .argument('<file>', 'keepalived.conf; - is standard input')
    .option('--json', 'print one JSON object for tools')
    .option('--config-id <id>', 'id for @ lines')
    .action(async (file: string, options: { json?: boolean; configId?: string }) => {
      const [{ runShow }, { standardOutput }, { sourceOf }] = await Promise.all([
        import('./config-show.ts'),
        import('./config-fmt.ts'),
        import('./standard-input.ts'),
      ]);
      ended(runShow(await sourceOf(file), options, standardOutput));
    });
  config
    .command('fmt')
    .description('format a file: even indentation, one keyword a line; comments and includes stay')
    .argument('<file>', 'keepalived.conf; - is standard input')
    .option('--write', 'in place of the file, not to stdout')
    .option('--check', 'only tell by the exit status whether it is formatted')
    .option('--config-id <id>', 'id for @ lines')
    .action(async (file: string, options: { write?: boolean; check?: boolean; configId?: string }) => {
      const [{ runFmt, standardOutput }, { isStandardInput, standardInput }, { inputIsDirectory }] = await Promise.all([
        import('./config-fmt.ts'),
        import('./standard-input.ts'),
        import('./input-directory.ts'),
      ]);
      const piped = isStandardInput(file);
      const stdin = piped && !inputIsDirectory() ? await standardInput() : undefined;
      ended(runFmt(piped ? '/dev/stdin' : file, options, standardOutput, stdin));
    });
  addIpvsCommands(program, ended);
  addOperatorCommands(program, ended);
  program
    .command('lsp')
    .description('the language server for keepalived.conf, over standard input and output')
    .option('--stdio', 'accepted, since editors add it')
    .action(async () => {
      ended(await (await import('./lsp/main.ts')).main());
    });
  program
    .command('completion')
    .description('print a script that teaches a shell our programs and their options')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: string) => {
      process.stdout.write((await import('./completion/main.ts')).completionScript(shell, program) ?? '');
    });
  addHelpCommand(program);
  explainUsage(program);
  return program;
};

const otherPrograms = `
Programs it also is:
  vipward keepalived [options]     the daemon, with keepalived's options (-h lists them)
  vipward ipvsadm [options]        list and edit the kernel's table, with ipvsadm's options (-h lists them)
  vipward realserver up|down|status [VIP...]   prepare a real server for direct routing`;
