// regex of a url: whether the body matches, found out in a thread of its own that can be abandoned.
import type { UrlRegex } from '@vipward/config';
import { translateRegex } from '@vipward/config/regex';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { createSearcher, type Searcher, searchLimit } from './regex-search.ts';

/** One thread for all checks, started by the first that needs it. */
let searcher: Searcher | undefined;

/** The offsets are of bytes; without the option utf every byte is a character. */
export const judgeText = async (regex: UrlRegex, text: Uint8Array, { clock }: CheckContext): Promise<CheckResult> => {
  const { pattern, options, noMatch, minOffset, maxOffset = Number.POSITIVE_INFINITY } = regex;
  const translated = translateRegex(pattern, options);
  // The configuration has no such regex; one made by hand may.
  if (!translated.ok) return failure('local', `regex uses ${translated.construct}`);
  searcher ??= createSearcher(clock);
  const { source, flags, utf } = translated;
  const found = await searcher.search({ source, flags, utf, text, from: minOffset });
  if (found === 'abandoned') return failure('regex', `the search for "${pattern}" took over ${searchLimit / 1000} s`);
  const matches = found !== undefined && found <= maxOffset;
  if (matches !== noMatch) return { ok: true };
  return failure('regex', noMatch ? `the body matches "${pattern}"` : `the body does not match "${pattern}"`);
};
