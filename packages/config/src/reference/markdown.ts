// Markdown tables in the shape that the formatter keeps: every column padded to its widest cell.

/** A table; `|` in a cell is escaped. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
};

/** Text that Markdown must not read as anything else, such as `<line>` or `_PWD`. */
export const code = (text: string): string => `\`${text}\``;

/** Plain words in which Markdown's own characters stand for themselves; `_` inside a word needs no help. */
export const plain = (text: string): string => text.replace(/[<>*[\]\\`~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&');
