// The list of a `~LST`: `V, a, b` or `{V, W}, {a, b}, {c, d}` (config-syntax section 10).
import { type Line, sliceLine } from './line.ts';
import { type Assignment, type Expand, isName, malformed, type RepeatResult } from './repetition.ts';

/** The rounds of a list over `line`. Parameters are put into single values, so one that holds a comma stays one value. */
export const overList = (list: Line, line: Line, expand: Expand): RepeatResult => {
  const groups = splitGroups(list);
  if (groups === undefined) return malformed('after a value, a comma must follow or the end of its list');
  const [variables = [], ...values] = groups;
  const names = variables.map(({ text }) => text);
  const wrong = names.find((name) => !isName(name));
  if (wrong !== undefined) return malformed(`"${wrong}" is not a name`);
  if (values.length === 0) return malformed('it has no values');
  if (values.some((group) => group.length > names.length)) return malformed('a value has no variable');
  const rounds: (readonly Assignment[])[] = [];
  for (const group of values) {
    const texts = group.map((value) => (value.text.includes('$') ? expand(value) : value.text));
    if (texts.includes(undefined)) return malformed('a value cannot be expanded');
    rounds.push(names.map((name, i) => ({ name, value: texts[i] ?? '' })));
  }
  return { kind: 'repeat', repetition: { line, rounds: rounds.values() } };
};

/** A value ends at a blank, a comma or a closing brace; quotes are not special, and it may be empty. */
const VALUE = /(?:\$\{[^{}]*\}|[^ \t,}])*/y;
const BLANKS = /[ \t]*/y;

// Undefined when something else than a comma stands between two values or two groups.
const splitGroups = (list: Line): readonly (readonly Line[])[] | undefined => {
  const { text } = list;
  const groups: (readonly Line[])[] = [];
  let at = past(BLANKS, text, 0);
  for (;;) {
    const braced = text[at] === '{';
    const group: Line[] = [];
    if (braced) at++;
    do {
      const start = past(BLANKS, text, at + (group.length > 0 ? 1 : 0));
      const end = past(VALUE, text, start);
      group.push(sliceLine(list, start, end));
      at = past(BLANKS, text, end);
    } while (braced && text[at] === ',');
    if (braced && text[at] !== '}') return undefined;
    groups.push(group);
    if (braced) at = past(BLANKS, text, at + 1);
    if (at >= text.length) return groups;
    if (text[at] !== ',') return undefined;
    at = past(BLANKS, text, at + 1);
  }
};

const past = (expression: RegExp, text: string, at: number): number => {
  expression.lastIndex = at;
  return at + (expression.exec(text)?.[0].length ?? 0);
};
