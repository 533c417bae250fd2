// Whether a process is the one that a vrrp_track_process means. Pure.
import type { TrackProcess } from '@vipward/config';

/** What /proc says: the name is cut at 15 bytes by the kernel; the command line is empty for threads of the kernel. */
export interface ProcessImage {
  readonly name: string;
  readonly commandLine: readonly string[];
}

/** The whole command line counts; otherwise the name alone. */
export const usesCommandLine = ({ fullCommand, parameterMatch }: TrackProcess): boolean =>
  fullCommand || parameterMatch !== undefined;

/** As keepalived 2.2.7: a name longer than 15 bytes never fits, and the first word of a command line is compared as it is. */
export const matches = (track: TrackProcess, { name, commandLine }: ProcessImage): boolean => {
  if (!usesCommandLine(track)) return name === track.process;
  const [command, ...parameters] = commandLine;
  return command === track.process && matchesParameters(track, parameters);
};

const matchesParameters = (
  { parameterMatch, parameters: wanted }: TrackProcess,
  parameters: readonly string[],
): boolean => {
  if (parameterMatch === undefined) return true;
  const given = terminated(parameters);
  if (parameterMatch === 'exact') return given === terminated(wanted);
  // More parameters may follow; with initial the last one may be longer as well.
  return given.startsWith(parameterMatch === 'partial' ? terminated(wanted) : wanted.join('\0'));
};

const terminated = (words: readonly string[]): string => words.map((word) => `${word}\0`).join('');
