// One mistake, one finding: what follows from it is told with it.
import { describe, expect, test } from '@jest/globals';
import { parse } from '../support.ts';

const told = (text: string): readonly string[] =>
  parse(text).diagnostics.flatMap(({ severity, code, at, related = [] }) => [
    `${severity} ${code} ${at.line}`,
    ...related.map((other) => `  ${other.at.line} ${other.message}`),
  ]);

const instance = (lines: string): string => `vrrp_instance A {\ninterface eth0\n${lines}\n}`;
const vip = 'virtual_ipaddress {\n10.0.0.1\n}';

describe('what follows from a mistake', () => {
  test('is a place related to it', () => {
    expect(told(instance(`virtual_router_id 300\n${vip}`))).toEqual([
      'error out-of-range 3',
      '  1 so vrrp_instance A has no usable virtual_router_id and is dropped',
    ]);
  });

  test('makes it as severe as itself', () => {
    expect(told(instance(`virtual_router_ld 3\n${vip}`))[0]).toBe('error unknown-keyword 3');
    expect(told(instance(`virtual_router_id 3\nprioritty 3\n${vip}`))).toEqual(['warning unknown-keyword 4']);
  });

  test('may have more that follows', () => {
    const text = `vrrp_script s {\nscript "/bin/true\n}\n${instance(`virtual_router_id 3\ntrack_script {\ns\n}\n${vip}`)}`;
    expect(told(text).filter((line) => line.startsWith('  '))).toEqual([
      '  1 so vrrp_script s has no usable script and is dropped',
      '  8 so vrrp_instance A tracks the script s, which is not defined; it is ignored',
    ]);
  });

  test('keeps the exit status', () => {
    expect(parse(instance(`virtual_router_id\n${vip}`)).status).toBe(2);
    expect(parse(instance(`virtual_router_id 300\n${vip}`)).status).toBe(5);
  });
});

test('a finding with no cause stands alone', () => {
  expect(told(instance(vip))).toEqual(['error missing-virtual-router-id 1']);
});

test('a mistake in another block is no cause', () => {
  const text = `${instance('virtual_router_id 3')}\n${instance(`virtual_router_id 4\nvirtual_ipaddress {\n10.0.0\n}`).replace('A', 'B')}`;
  expect(told(text)).toEqual([
    'warning no-virtual-address 1',
    'error bad-address 9',
    '  5 so vrrp_instance B has no virtual IP address',
  ]);
});
