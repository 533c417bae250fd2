// A command line that makes no sense, in one line: which command, what is wrong with it, and where its words are listed.
import type { Command } from 'commander';
import { coded } from './coded.ts';

/** Makes this command and those below it say so; without it commander names neither the command nor its help. */
export const explainUsage = (command: Command, path = command.name()): void => {
  command.configureOutput({ outputError: (text, write) => write(usageLine(path, text)) });
  for (const below of command.commands) explainUsage(below, `${path} ${below.name()}`);
};

/** `help ipvs save` for this command and those below it: commander's own looks at one word, and says nothing of one it does not know. */
export const addHelpCommand = (command: Command): void => {
  for (const below of command.commands) if (below.commands.length > 0) addHelpCommand(below);
  command.helpCommand(false);
  command
    .command('help')
    .description('display help for command')
    .argument('[command...]')
    .action((names: readonly string[]) => {
      let asked = command;
      for (const name of names) {
        const next = asked.commands.find((below) => below.name() === name);
        if (next === undefined) asked.error(`error: unknown command '${name}'`);
        else asked = next;
      }
      asked.help();
    });
};

/** `text` is commander's: `error: ...`, perhaps with a second line that asks whether another word was meant. */
export const usageLine = (path: string, text: string): string => {
  const [first = '', ...more] = text.trim().split('\n');
  const said = [first.replace(/^error: /, '').replace(/\.$/, ''), ...more].join(' ');
  return coded('COMMAND_USAGE', `${path}: ${said}; \`${path} --help\` lists what there is`);
};
