// Scenario files: commands and the trace each must leave, in plain text.

/** `name word key=value`: bare words in order, pairs by key. */
export interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** As it stands in the file, for messages. */
  readonly text: string;
  readonly line: number;
}

export interface Step {
  /** Comment and empty lines before the command, kept when the file is rewritten. */
  readonly preface: readonly string[];
  readonly command: Command;
  readonly expected: string;
}

export interface Scenario {
  readonly steps: readonly Step[];
  /** Comments after the last step. */
  readonly ending: readonly string[];
}

/**
 * Reads
 *
 *     # comments and empty lines between steps
 *     advance 3s to=backup
 *     ----
 *     the trace, up to the next empty line
 *
 * A command without a `----` below is expected to leave nothing. Throws SyntaxError with the line's number.
 */
export const parseScenario = (text: string): Scenario => {
  const lines = text.replace(/\n+$/, '').split('\n');
  const steps: Step[] = [];
  let preface: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || line.startsWith('#')) {
      preface.push(line);
      continue;
    }
    const command = parseCommand(line, at + 1);
    const trace: string[] = [];
    if (lines[at + 1] === RULE) {
      for (at += 2; at < lines.length && lines[at] !== ''; at++) trace.push(lines[at] ?? '');
      at -= 1;
    }
    steps.push({ preface, command, expected: trace.join('\n') });
    preface = [];
  }
  return { steps, ending: preface };
};

/** The file's text with these traces, one per step: what --update writes. */
export const formatScenario = ({ steps, ending }: Scenario, traces: readonly string[]): string => {
  const parts = steps.flatMap(({ preface, command }, i) => {
    const trace = traces[i] ?? '';
    return [...preface, command.text, ...(trace === '' ? [] : [RULE, trace])];
  });
  return `${[...parts, ...ending].join('\n').trimEnd()}\n`;
};

const RULE = '----';

const parseCommand = (text: string, line: number): Command => {
  const [name = '', ...rest] = text.trim().split(/\s+/);
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new SyntaxError(`line ${line}: not a command: ${text}`);
  const words = rest.filter((word) => !word.includes('='));
  const pairs = rest.filter((word) => word.includes('='));
  const options = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { name, words, options, text, line };
};
