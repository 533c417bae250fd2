// The words of `include_check`, which acts at once on the includes that follow it.
import { allIncludeChecks } from '../source/include.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';

/** Names what does not count among them: words that are no check, and a further word without sign. */
export const reportIncludeCheck = (words: readonly Word[], report: Report): void => {
  const known: readonly string[] = [...allIncludeChecks];
  words.forEach((word, i) => {
    const name = word.text.replace(/^[+-]/, '');
    if (!known.includes(name))
      report('error', 'bad-value', `"${word.text}" is not known for include_check`, locationOf(word), {
        hint: `write one of ${known.join(', ')}`,
      });
    else if (i > 0 && name === word.text)
      report(
        'error',
        'bad-value',
        `"${word.text}" does not count: only the first word may stand without sign`,
        locationOf(word),
        {
          hint: `write +${name} to add it, -${name} to take it away`,
        },
      );
  });
};
