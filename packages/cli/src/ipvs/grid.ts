// Text in columns, numbers to the right, and figures that a person reads at a glance.

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of equal columns, two blanks between; the last column is not padded. */
export const grid = (columns: readonly Column[], rows: readonly (readonly string[])[]): string[] => {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    columns
      .map(({ right }, i) => {
        const cell = line[i] ?? '';
        return right === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
};

/** `999`, `1.4k`, `23M`: three digits at most, in powers of ten. */
export const figure = (value: number): string => {
  const step = units.findLast(({ from }) => value >= from);
  if (step === undefined) return String(Math.round(value));
  const scaled = value / step.from;
  return `${scaled < 10 ? Math.floor(scaled * 10) / 10 : Math.floor(scaled)}${step.unit}`;
};

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

const units = [
  { from: 1e3, unit: 'k' },
  { from: 1e6, unit: 'M' },
  { from: 1e9, unit: 'G' },
  { from: 1e12, unit: 'T' },
] as const;
