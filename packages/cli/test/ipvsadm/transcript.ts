// Reads the recorded transcripts of the real ipvsadm: commands, what they print, their exit status.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Step {
  readonly command: string;
  /** stdout and stderr, merged in order. */
  readonly output: string;
  readonly exit: number;
}

/** The reference lies beside the repository. */
export const goldenFolder = join(
  fileURLToPath(new URL('../../../..', import.meta.url)),
  '../shared/reference/ipvsadm-golden',
);

/** Names of the cases, such as 01-empty; fails when the reference is not there. */
export const goldenCases = (): string[] => {
  if (!existsSync(goldenFolder)) throw new Error(`needs the recorded transcripts of ipvsadm in ${goldenFolder}`);
  return readdirSync(goldenFolder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -'.txt'.length))
    .sort();
};

export const readGolden = (name: string): Step[] =>
  parseTranscript(readFileSync(join(goldenFolder, `${name}.txt`), 'utf8'));

export const parseTranscript = (text: string): Step[] =>
  [...text.matchAll(/^\$ (.*)\n([\s\S]*?)^\[exit (\d+)\]\n/gm)].map(([, command = '', output = '', exit]) => ({
    command,
    output,
    exit: Number(exit),
  }));

export const showStep = ({ command, output, exit }: Step): string => `$ ${command}\n${output}[exit ${exit}]\n`;
