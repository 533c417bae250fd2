// A missing parameter: fatal for keepalived, unless the keyword looks for it by itself.
import { expect, test } from '@jest/globals';
import { exitStatusOfDiagnostics } from '../../src/index.ts';
import { parse } from '../support.ts';

const server = (line: string): string => `virtual_server 10.0.0.1 80 {
 protocol TCP
 lb_algo rr
 lb_kind NAT
 real_server 10.0.0.2 80 {
  ${line}
 }
}
`;

test.each([
  ['router_id', 'global_defs {\nrouter_id\n}\n'],
  ['notify_fifo', 'global_defs {\nnotify_fifo\n}\n'],
  ['virtualhost', server('virtualhost')],
  ['virtualhost', server('HTTP_GET {\nvirtualhost\nurl {\npath /\n}\n}')],
  ['weight', 'track_file T {\nfile /tmp/t\nweight\n}\n'],
])('%s without one does not count, and the rest is read', (keyword, text) => {
  const { diagnostics } = parse(text);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: 'missing-value', message: `${keyword} needs a parameter` }),
  );
  expect(exitStatusOfDiagnostics(diagnostics)).toBe(5);
});

test.each([
  ['weight', server('weight')],
  ['smtp_server', 'global_defs {\nsmtp_server\n}\n'],
])('%s without one ends keepalived', (_, text) => {
  expect(exitStatusOfDiagnostics(parse(text).diagnostics)).toBe(2);
});
