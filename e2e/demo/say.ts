// How the demo speaks: headings, sentences, and what was typed with what came back.
import { styleText } from 'node:util';

const coloured = process.env.NO_COLOR === undefined;
const style = (format: Parameters<typeof styleText>[0], text: string): string =>
  coloured ? styleText(format, text, { validateStream: false }) : text;

export const heading = (text: string): void => print(`\n${style(['bold', 'cyan'], text)}`);

export const say = (text: string): void => print(`  ${text}`);

/** A command or source, and its lines. */
export const show = (title: string, text: string): void => {
  print(`    ${style('dim', title)}`);
  for (const line of text.trimEnd().split('\n')) print(`    ${style('green', line)}`);
};

/** Names with counts and a bar each. */
export const table = (counts: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(counts)) {
    const label = name === '' ? '(no answer)' : name;
    print(
      `    ${label.padEnd(12)} ${String(count).padStart(3)}  ${style(name.startsWith('rs') ? 'green' : 'red', '#'.repeat(count))}`,
    );
  }
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);
