// The named pipes of a configuration: opened and closed as it changes, each with the program that reads it.
import type { Account, Cancel, Clock, Millis } from '@vipward/sockets';
import type { NotifyLog } from '../log.ts';
import type { RunningScript, Spawn } from '../run/spawn.ts';
import type { OpenedPipe, OpenPipe } from './open.ts';

/** What a pipe hears of. */
export type Topic = 'vrrp' | 'servers';

export interface PipeSettings {
  readonly path: string;
  /** Who owns it when it is made here. */
  readonly account?: Account;
  readonly topics: readonly Topic[];
  /** notify_fifo_script: a program that reads the pipe; the path is its last argument. */
  readonly reader?: { readonly argv: readonly string[]; readonly account?: Account };
}

export interface Pipes {
  /** A pipe that stays the same stays open. */
  configure(wanted: readonly PipeSettings[]): void;
  write(topic: Topic, line: string): void;
  /** Ends the readers, and removes the pipes that were made here. */
  close(): void;
}

export interface PipesParts {
  readonly open: OpenPipe;
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly log: NotifyLog;
}

interface Pipe {
  readonly settings: PipeSettings;
  readonly opened: OpenedPipe;
  reader: RunningScript | undefined;
  /** Lines that found the pipe full. */
  lost: number;
}

/** A reader that is told to end gets this long before its group is killed. */
const graceMs: Millis = 2000;

export const createPipes = ({ open, spawn, clock, log }: PipesParts): Pipes => {
  let pipes: Pipe[] = [];
  /** Readers that were told to end, with the timer that kills them. */
  const ending = new Map<RunningScript, Cancel>();

  const start = (settings: PipeSettings): Pipe | undefined => {
    try {
      const pipe: Pipe = { settings, opened: open(settings.path, settings.account), reader: undefined, lost: 0 };
      startReader(pipe);
      return pipe;
    } catch (error) {
      log.warning(`Named pipe ${settings.path} cannot be used, nothing is written to it: ${textOf(error)}`);
      return undefined;
    }
  };

  const startReader = (pipe: Pipe): void => {
    const { path, reader } = pipe.settings;
    if (reader === undefined || pipe.reader !== undefined) return;
    const argv = [...reader.argv, path];
    const command = reader.account === undefined ? { argv } : { argv, account: reader.account };
    const running = spawn(command, (result) => {
      ending.get(running)?.();
      ending.delete(running);
      if (pipe.reader !== running) return;
      pipe.reader = undefined;
      const how = result.kind === 'exited' ? `exit status ${result.status}` : describe(result);
      log.warning(`${argv[0] ?? ''}, which reads ${path}, has ended (${how}); a reload starts it again`);
    });
    pipe.reader = running;
  };

  const end = (pipe: Pipe): void => {
    const { reader } = pipe;
    pipe.reader = undefined;
    if (reader !== undefined) {
      reader.signal('SIGTERM');
      const kill = (): void => reader.signal('SIGKILL');
      ending.set(reader, clock.at(clock.now() + graceMs, kill));
    }
    pipe.opened.close();
  };

  const write = (pipe: Pipe, line: string): void => {
    const { path } = pipe.settings;
    try {
      if (!pipe.opened.write(line)) {
        if (pipe.lost === 0) log.warning(`Named pipe ${path} is full, since nobody reads it: lines are lost`);
        pipe.lost += 1;
        return;
      }
      if (pipe.lost > 0) log.info(`Named pipe ${path} is read again; ${pipe.lost} lines were lost`);
      pipe.lost = 0;
    } catch (error) {
      log.warning(`Named pipe ${path}: ${textOf(error)}`);
    }
  };

  return {
    configure(wanted) {
      const kept = new Map(pipes.map((pipe) => [JSON.stringify(pipe.settings), pipe]));
      const next = wanted.map((settings) => ({ settings, pipe: kept.get(JSON.stringify(settings)) }));
      for (const { pipe } of next) if (pipe !== undefined) kept.delete(JSON.stringify(pipe.settings));
      for (const pipe of kept.values()) end(pipe);
      pipes = next.flatMap(({ settings, pipe }) => pipe ?? start(settings) ?? []);
      for (const pipe of pipes) startReader(pipe);
    },
    write(topic, line) {
      for (const pipe of pipes) if (pipe.settings.topics.includes(topic)) write(pipe, line);
    },
    close() {
      for (const pipe of pipes) end(pipe);
      pipes = [];
    },
  };
};

const describe = (result: { kind: 'signalled'; signal: string } | { kind: 'not-started'; code: string }): string =>
  result.kind === 'signalled' ? result.signal : `not started: ${result.code}`;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
