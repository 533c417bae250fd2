// JSON in the shape that the formatter keeps: objects over several lines, lists of plain values on one if it is long enough.

const WIDTH = 120;

/** `column` is how much of the line is taken already, the indentation included. */
export const formatJson = (value: unknown, column: number, indent = ''): string => {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = value.every((item) => typeof item !== 'object' || item === null);
    if (value.length === 0 || (isPlain && column + line.length < WIDTH)) return line;
    return `[\n${value.map((item) => inner + formatJson(item, inner.length, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => {
    const name = `${inner}${JSON.stringify(key)}: `;
    return name + formatJson(item, name.length, inner);
  });
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
};
