// Blocks: braces that do not fit, unknown keywords, value blocks, repeated keywords.
import { describe, expect, test } from '@jest/globals';
import { codes, configOf, findings, parse } from '../support.ts';

const GOOD = 'vrrp_instance B {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.0.0.9\n}\n}\n';
const namesOf = (text: string): readonly string[] => configOf(text).vrrpInstances.map(({ name }) => name);

describe('unknown keywords', () => {
  test('are skipped with a suggestion, and the rest counts', () => {
    const result = parse(GOOD.replace('interface', 'priorty 7\ninterface'));
    expect(findings(result)).toEqual(['warning unknown-keyword 2:1']);
    expect(result.diagnostics[0]?.hint).toBe('did you mean priority?');
    expect(result.status).toBe(5);
  });

  test('are skipped with their whole block, however deep', () => {
    const text = GOOD.replace('interface', 'bogus {\na { b\n}\nstate MASTER\n}\ninterface');
    expect(codes(text)).toEqual(['unknown-keyword']);
    expect(configOf(text).vrrpInstances).toMatchObject([{ name: 'B', state: 'BACKUP' }]);
  });

  test.each([
    ['router_id x', 'router_id belongs in global_defs; is a brace missing or misplaced above?'],
    [
      'vrrp_instance A {\nvirtual_server 10.0.0.1 80 {\n}\n}',
      'virtual_server belongs outside of every block; is a } missing above?',
    ],
    [
      'vrrp_instance A {\n\u00a0interface eth0\n}',
      'the word holds a blank that is not the plain one (such as a no-break space); write it again by hand',
    ],
    [
      '\ufeffglobal_defs {\n}',
      'the file begins with a byte order mark, which is part of the first word; save it as UTF-8 without BOM',
    ],
    ['qqqqqq', undefined],
  ])('%j gets the hint that helps', (text, hint) => {
    const found = parse(text).diagnostics.find(({ code }) => code === 'unknown-keyword');
    expect(found?.hint).toBe(hint);
  });
});

describe('braces', () => {
  test('a missing { is reported and the block entered all the same', () => {
    const text = GOOD.replace('B {', 'B');
    expect(codes(text)).toEqual(['missing-open-brace']);
    expect(namesOf(text)).toEqual(['B']);
  });

  test('a missing } at the end of the file closes what is open', () => {
    const text = GOOD.trimEnd().slice(0, -1);
    expect(findings(parse(text))).toEqual(['error missing-close-brace 1:1']);
    expect(namesOf(text)).toEqual(['B']);
  });

  test('a } too many closes nothing', () => {
    expect(
      findings(parse(`${GOOD}}\n${GOOD.replace('B', 'C').replace('5', '6').replace('10.0.0.9', '10.0.0.8')}`)),
    ).toEqual(['error extra-close-brace 8:1']);
  });

  test('a { on its own is ignored', () => {
    expect(codes(GOOD.replace('interface', '{\ninterface'))).toEqual(['unexpected-open-brace']);
  });

  test('an open quote takes its line, and nothing more is said about it', () => {
    expect(codes('global_defs {\nrouter_id "R1\n}')).toEqual(['unterminated-quote']);
  });
});

describe('include_check', () => {
  test.each([
    ['include_check', []],
    ['include_check +match -read', []],
    ['include_check match +read', []],
    ['include_check foo', ['error bad-value 2:15']],
    ['include_check match read', ['error bad-value 2:21']],
    ['include_check +match read', ['error bad-value 2:22']],
  ])('%s has %j', (text, found) => {
    expect(findings(parse(`global_defs {\n${text}\n}`))).toEqual(found);
  });

  test.each([
    ['global_defs {\ninclude_check match\n}\ninclude no.conf', 6],
    ['global_defs { include_check match }\ninclude no.conf', 6],
    ['global_defs {\ninclude_check match\ninclude no.conf\n}', 6],
    ['global_defs {\ninclude_check match\ninclude_check -match\n}\ninclude no.conf', 0],
    ['global_defs {\ninclude_check +match read\n}\ninclude no.conf', 6],
    ['include_check match\ninclude no.conf', 5],
    ['bogus {\ninclude_check match\n}\ninclude no.conf', 5],
  ])('%j ends with %i', (text, status) => {
    expect(parse(text).status).toBe(status);
  });
});

describe('value blocks', () => {
  test('words may stand on any line, also beside the braces', () => {
    const text = 'global_defs {\nnotification_email { a@b "C D <c@d>"\ne@f }\n}';
    expect(configOf(text).global.notificationEmail).toEqual(['a@b', 'C D <c@d>', 'e@f']);
  });

  test('words before the { are an error', () => {
    expect(codes('global_defs {\nnotification_email a@b {\nc@d\n}\n}')).toEqual(['block-extra-words']);
  });

  test('repeating one adds to it', () => {
    const text = 'global_defs {\nnotification_email {\na@b\n}\nnotification_email {\nc@d\n}\n}';
    expect(configOf(text).global.notificationEmail).toEqual(['a@b', 'c@d']);
  });
});

describe('repeated keywords', () => {
  test('the last one counts, silently', () => {
    const text = GOOD.replace('interface', 'priority 7\npriority 8\ninterface');
    expect(codes(text)).toEqual([]);
    expect(configOf(text).vrrpInstances[0]?.priority).toBe(8);
  });

  test('where only the first may count, the second is an error that names the first', () => {
    const result = parse(GOOD.replace('interface', 'notify_master /a\nnotify_master /b\ninterface'));
    const found = result.diagnostics.find(({ code }) => code === 'repeated-keyword');
    expect(found).toMatchObject({ severity: 'error', at: { line: 3 }, related: [{ at: { line: 2 } }] });
    expect(result.config.vrrpInstances[0]?.notifyMaster?.argv).toEqual(['/a']);
  });

  test('global_defs may be written in parts', () => {
    const text = 'global_defs {\nrouter_id a\n}\nglobal_defs {\nsmtp_connect_timeout 7\n}';
    expect(configOf(text).global).toMatchObject({ routerId: 'a', smtpConnectTimeout: 7000 });
  });
});

describe('words after the parameters', () => {
  test('are ignored with a note', () => {
    expect(findings(parse(GOOD.replace('interface', 'priority 50 60\ninterface')))).toEqual(['note extra-words 2:13']);
  });

  test('are a warning when a keyword is among them', () => {
    const result = parse(GOOD.replace('\nvirtual_router_id', ' virtual_router_id 9\nvirtual_router_id'));
    expect(findings(result)).toEqual(['warning extra-words 2:16']);
    expect(result.diagnostics[0]?.hint).toBe('write virtual_router_id on a line of its own');
  });
});

test('what is not acted on is said once', () => {
  const twice = 'global_defs {\nrandom_seed 1\nrandom_seed 2\n}\n';
  expect(codes(twice + twice)).toEqual(['not-acted-on']);
});

test('a missing parameter ends a configuration test with 2', () => {
  const result = parse(GOOD.replace('interface', 'priority\ninterface'));
  expect(findings(result)).toEqual(['error missing-parameter 2:1']);
  expect(result.status).toBe(2);
});
