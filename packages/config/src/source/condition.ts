// Conditional lines: `@ID REST` and `@^ID REST` (config-syntax section 8).
import { type Line, sliceLine, trimLine } from './line.ts';

/** Whether a raw line is one for vipward alone. */
export const isOwnLine = ({ text }: Line): boolean => /^@vipward[ \t]/.test(text);

/** Lines for vipward alone are written `@vipward ...`; keepalived skips them because its config id is another. */
const OWN_ID = 'vipward';

/** The line itself, its rest when the condition holds, or undefined when the line does not count. */
export const applyCondition = (line: Line, configId: string): Line | undefined => {
  if (!line.text.startsWith('@')) return line;
  const match = /^@(\^?)([^ \t]*)[ \t]+/.exec(line.text);
  if (match === null) return undefined;
  const holds = match[2] === configId || match[2] === OWN_ID;
  return holds === (match[1] === '') ? trimLine(sliceLine(line, match[0].length)) : undefined;
};
