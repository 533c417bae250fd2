// regex and regex_no_match: what a url's body must and must not say, within bounds.
import { describe, expect, test } from '@jest/globals';
import type { HttpCheck, UrlRegex } from '@vipward/config';
import { systemClock } from '@vipward/sockets';
import { checkHttp } from '../../src/checkers/http.ts';
import { judgeText } from '../../src/checkers/regex.ts';
import { createSearcher } from '../../src/checkers/regex-search.ts';
import { http, url } from '../fixture.ts';
import { context, listen, reply } from './peer.ts';

const regex = (pattern: string, more: Partial<UrlRegex> = {}): UrlRegex => ({
  pattern,
  noMatch: false,
  options: [],
  minOffset: 0,
  ...more,
});
const judge = (text: string, wanted: UrlRegex) => judgeText(wanted, Buffer.from(text), context());

describe.each(['1.0', '1.1'] as const)('over HTTP/%s', (httpProtocol) => {
  const check = async (body: string, wanted: UrlRegex) => {
    await using peer = await listen((socket) => socket.end(reply('200 OK', body)));
    const checker: Partial<HttpCheck> = { ...peer, httpProtocol, urls: [url('/', { regex: wanted })] };
    return await checkHttp(http({ connectTimeout: 5000, ...checker }), 0, context());
  };

  test('the body must match', async () => {
    expect(await check('status: OK\n', regex('^status: OK$'))).toEqual({ ok: true });
    expect(await check('status: FAIL\n', regex('^status: OK$'))).toEqual({
      ok: false,
      reason: 'regex',
      detail: 'the body does not match "^status: OK$"',
    });
  });

  test('with regex_no_match it must not', async () => {
    expect(await check('all well', regex('error', { noMatch: true }))).toEqual({ ok: true });
    expect(await check('an error', regex('error', { noMatch: true }))).toMatchObject({ ok: false, reason: 'regex' });
  });

  test('a body that stops arriving is no match, whichever way it is meant', async () => {
    await using peer = await listen((socket) => void socket.write(reply('200 OK', 'he', 'Content-Length: 5\r\n')));
    const wanted = [url('/', { regex: regex('bad', { noMatch: true }) })];
    const checker = http({ ...peer, connectTimeout: 100, httpProtocol, urls: wanted });
    expect(await checkHttp(checker, 0, context())).toMatchObject({ ok: false, reason: 'regex' });
  });
});

describe('offsets are of bytes', () => {
  test.each([
    ['aXbX', { minOffset: 2 }, true],
    ['aXbb', { minOffset: 2 }, false],
    ['aaaX', { maxOffset: 3 }, true],
    ['aaaX', { maxOffset: 2 }, false],
    ['a', { minOffset: 9 }, false],
    ['ääX', { maxOffset: 4, options: ['utf'] }, true],
    ['ääX', { maxOffset: 3, options: ['utf'] }, false],
  ])('%s with %j: %s', async (text, more, ok) => {
    expect(await judge(text, regex('X', more))).toMatchObject({ ok });
  });
});

test('with utf a character is a character, without it a byte', async () => {
  expect(await judge('ä', regex('^.$', { options: ['utf'] }))).toEqual({ ok: true });
  expect(await judge('ä', regex('^..$'))).toEqual({ ok: true });
});

test('a search without end is abandoned, nothing waits for it but the searches behind it', async () => {
  const searcher = createSearcher(systemClock);
  const endless = { source: '(?:a+)+$', flags: 'g', utf: false, text: Buffer.from(`${'a'.repeat(200)}b`), from: 0 };
  const quick = { source: 'b', flags: 'g', utf: false, text: Buffer.from('ab'), from: 0 };
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 10);
  const found = await Promise.all([searcher.search(endless), searcher.search(quick), searcher.search(quick)]);
  clearInterval(ticking);
  expect(found).toEqual(['abandoned', 1, 1]);
  expect(turns).toBeGreaterThan(5);
});
