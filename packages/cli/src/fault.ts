// The last resort: something threw that nobody expected. Says so without the bundle's own text around it.

/** Where a fault came about is worth a few lines; what lies below is the start of the program. */
const STACK_LINES = 8;

/** For stderr; the process then ends with 1, as Node does. */
export const describeFault = (error: unknown): string => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = text.split('\n').slice(0, STACK_LINES);
  return `vipward: a fault of the program itself, not of what it was given: ${lines.join('\n')}
Please report it together with these lines and the command or file that led to it.
`;
};
