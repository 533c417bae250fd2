// What is left of a line without its comment, and what is to be said of it.
import { commentStart, stripComment } from './comment.ts';
import { type Line, locationAt } from './line.ts';
import type { Report } from './report.ts';

/** The line without comment and outer blanks. An open quote is an error, slips that keepalived reads in silence are notes. */
export const stripLine = (line: Line, report: Report): Line => {
  const stripped = stripComment(line);
  mentionComment(line, report);
  mentionQuote(stripped.line, report);
  if (stripped.openQuote !== undefined)
    report(
      'error',
      'unterminated-quote',
      'this double quote is not closed on its line',
      locationAt(stripped.line, stripped.openQuote),
      { hint: 'close the quote on the same line; a quoted text cannot go on over lines' },
    );
  return stripped.line;
};

const mentionComment = (line: Line, report: Report): void => {
  const { text } = line;
  const start = commentStart(text);
  const inside = start > 0 && start < text.length && /[^\s{}"\\#!]/.test(text.charAt(start - 1));
  if (!inside) return;
  const sign = text.charAt(start);
  report('note', 'comment-inside-word', `the ${sign} starts a comment here, inside a word`, locationAt(line, start), {
    hint: `put the word in double quotes, or write \\${sign}; a comment stands better after a blank`,
  });
};

const mentionQuote = (code: Line, report: Report): void => {
  const quote = /[\u2018\u2019\u201c-\u201e]/.exec(code.text);
  if (quote === null) return;
  const message = `${quote[0]} is no quote here, but a part of the word`;
  report('note', 'typographic-quote', message, locationAt(code, quote.index), {
    hint: 'write the plain quote of the keyboard: "',
  });
};
