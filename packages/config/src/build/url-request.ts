// method, header and request_body of a url: what a request is besides a plain GET.
import type { Block } from '../blocks/block.ts';
import type { UrlRequest } from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, findAll, present, text } from './values.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Headers that say how the request itself is made; written twice they would contradict each other. */
const MADE = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'expect']);

/** Undefined when the request is a plain GET. */
export const buildRequest = (url: Block, report: Report): UrlRequest | undefined => {
  const written = text(url, 'method');
  const body = text(url, 'request_body');
  const headers = buildHeaders(url, report);
  if (written === undefined && body === undefined && headers.length === 0) return undefined;
  return { method: METHODS.find((one) => one === written) ?? 'GET', headers, ...present('body', body) };
};

const buildHeaders = (url: Block, report: Report): UrlRequest['headers'] =>
  findAll(url, 'header').flatMap((statement) => {
    const written = statement.value?.kind === 'text' ? statement.value.text : '';
    // RFC 9110: a token, a colon, and no control characters in the value.
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(written) ?? [];
    if (name === undefined || value === undefined) {
      report('error', 'bad-value', `"${written}" is not a header; it is left out`, at(statement), {
        hint: 'write header "NAME: VALUE"',
      });
      return [];
    }
    if (!MADE.has(name.toLowerCase())) return [{ name, value: value.trimEnd() }];
    report('error', 'bad-value', `the header ${name} is made by vipward itself; it is left out`, at(statement), {
      hint: name.toLowerCase() === 'host' ? 'write virtualhost' : 'remove it',
    });
    return [];
  });
