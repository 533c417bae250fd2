// Runs a scenario: every command through its handler, the traces beside what the file expects.
import type { Command, Scenario } from './parse.ts';

/** What a command does, and the trace it leaves (lines; empty for nothing). */
export type Handler = (command: Command) => string | readonly string[] | Promise<string | readonly string[]>;
export type Handlers = Readonly<Record<string, Handler>>;

/** The trace of every step, in order. A handler that throws leaves "error: MESSAGE": refusals are part of a scenario. */
export const runScenario = async (scenario: Scenario, handlers: Handlers): Promise<readonly string[]> => {
  const traces: string[] = [];
  for (const { command } of scenario.steps) {
    const handler = Object.hasOwn(handlers, command.name) ? handlers[command.name] : undefined;
    if (handler === undefined) {
      const known = Object.keys(handlers).sort().join(', ');
      throw new SyntaxError(`line ${command.line}: no command ${command.name} (there are ${known})`);
    }
    traces.push(tidy(await outcome(handler, command)));
  }
  return traces;
};

const outcome = async (handler: Handler, command: Command): Promise<string | readonly string[]> => {
  try {
    return await handler(command);
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`;
  }
};

// An empty line ends a trace in the file, so none stays in one.
const tidy = (trace: string | readonly string[]): string =>
  (typeof trace === 'string' ? trace : trace.join('\n'))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
