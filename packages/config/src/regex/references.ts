// Back references: in PCRE2 one to a group that matched nothing fails, in JavaScript it matches nothing and goes on.

/** A reference that would mean something else, or undefined: the group stands behind it, around it, or may be left out. */
export const unsureReference = (pattern: string): string | undefined => {
  const parts = pattern.match(part) ?? [];
  const open: (string | undefined)[][] = [];
  const closed = new Set<string>();
  let groups = 0;
  let reference: string | undefined;
  let optional = false;
  for (const [i, text] of parts.entries()) {
    const opened = /^\((?!\?)|^\(\?(?:P?<(?![=!])|')(\w+)/.exec(text);
    if (opened !== null) open.push([String(++groups), opened[1]]);
    else if (text.startsWith('(')) {
      const named = /^\(\?P=(\w+)/.exec(text)?.[1];
      if (named !== undefined && !closed.has(named)) return `${text}) before its group`;
      if (named !== undefined) reference = `${text})`;
      open.push([]);
    } else if (text === ')') {
      for (const name of open.pop() ?? []) if (name !== undefined) closed.add(name);
      if (/^(?:[?*]|\{0)/.test(parts[i + 1] ?? '')) optional = true;
    } else if (text === '|') optional = true;
    const found = /^\\(?:([1-9])(?!\d)|g\{?(\d+)\}?|k[<'{](\w+)[>'}])/.exec(text);
    const name = found?.[1] ?? found?.[2] ?? found?.[3];
    if (name === undefined) continue;
    if (!closed.has(name)) return `${text} before its group`;
    reference = text;
  }
  return optional && reference !== undefined ? `${reference} beside a group that may be left out` : undefined;
};

/** Quotations, references, other escapes, classes, openings of groups, quantifiers, and single characters. */
const part =
  /\\Q[\s\S]*?(?:\\E|$)|\\(?:g\{?\d+\}?|k[<'{]\w+[>'}]|\d+|[\s\S])|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\((?:\?(?:P?<\w*|'\w+|P=\w+)?)?|\{\d*,?\d*\}|[\s\S]/g;
