// Every keyword of the table, written once: its value arrives in the Config, without a complaint. And written twice: what the table says.
import { describe, expect, test } from '@jest/globals';
import type { Config } from '../../src/index.ts';
import { parse } from '../support.ts';
import { everyRow, write } from './samples.ts';

/** Where nothing arrives, and why. */
const NOTHING_ARRIVES: Readonly<Record<string, string>> = {
  'global_defs include_check': 'is obeyed by the reader',
  'static_routes.<line> as': 'is not supported by keepalived either',
  'vrrp_instance.virtual_routes.<line> as': 'is not supported by keepalived either',
  'static_routes.<line> inet': 'is the family that is taken anyway',
  'vrrp_instance.virtual_routes.<line> inet': 'is the family that is taken anyway',
  'static_routes.<line> prepend': 'is what is taken anyway',
  'vrrp_instance.virtual_routes.<line> prepend': 'is what is taken anyway',
  'vrrp_instance vrf': 'does not go with the interface, which the instance here has',
  'vrrp_instance native_ipv6': 'does not go with the IPv4 address, which the instance here has',
  'virtual_server ip_family': 'an address says its family itself',
  ' global_defs': 'its contents arrive',
};

/** Findings that such a line leads to, because of the place it is written in. */
const EXPECTED = new Set([
  'not-acted-on',
  'iptables-not-supported',
  'deprecated-keyword',
  'old-spelling',
  'timer-without-effect',
  'unicast-without-peers',
  'needs-vmac',
  'relative-script',
  'not-with-strict',
  'authentication-ignored',
  'no-virtual-address',
  'port-mismatch',
  'duplicate-vrid',
  'sorry-server-is-real',
  'several-sync-groups',
  'repeated-keyword',
  'preempt-delay-without-effect',
]);

// Places differ with the number of lines, and are no value.
const valuesOf = (config: Config): string =>
  JSON.stringify(config, (key, value: unknown) => (key === 'at' ? undefined : value));

describe('every keyword', () => {
  test.each(everyRow)('$path $name arrives in the Config', ({ path, row }) => {
    const { text, without } = write(path, row);
    const result = parse(text);
    const unexpected = result.diagnostics.filter(({ code }) => !EXPECTED.has(code));
    const reason = NOTHING_ARRIVES[`${path} ${row.name}`];
    if (reason === undefined) {
      expect(unexpected.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
      expect(valuesOf(result.config) === valuesOf(parse(without).config)).toBe(false);
    } else expect(reason).not.toBe('');
  });
});

describe('written twice', () => {
  const single = everyRow.filter(({ row }) => row.body === undefined);

  test.each(single.filter(({ row }) => row.repeat === 'last'))(
    '$path $name counts once more, in silence',
    ({ path, row }) => {
      expect(parse(write(path, row).twice).diagnostics.map(({ code }) => code)).not.toContain('repeated-keyword');
    },
  );

  test.each(single.filter(({ row }) => row.repeat === 'first'))(
    '$path $name is an error the second time',
    ({ path, row }) => {
      const { text, twice } = write(path, row);
      const result = parse(twice);
      // Of one line the first is before the reader's eyes.
      const first = path.endsWith('<line>') ? {} : { related: [{ message: 'the first one is here' }] };
      expect(result.diagnostics.filter(({ code }) => code === 'repeated-keyword')).toMatchObject([
        { severity: 'error', ...first },
      ]);
      expect(valuesOf(result.config) === valuesOf(parse(text).config)).toBe(true);
    },
  );

  test.each(single.filter(({ row }) => row.repeat === 'last-reported'))(
    '$path $name is warned of, and the last one counts',
    ({ path, row }) => {
      const found = parse(write(path, row).twice).diagnostics.filter(({ code }) => code === 'repeated-keyword');
      expect(found.map(({ severity }) => severity)).toContain('warning');
    },
  );
});

describe('a deprecated spelling', () => {
  const deprecated = everyRow.filter(({ row }) => row.deprecated !== undefined);

  test.each(deprecated)('$path $name is said to be one, with what to write instead', ({ path, row }) => {
    const found = parse(write(path, row).text).diagnostics.filter(
      ({ code }) => code === 'deprecated-keyword' || code === 'old-spelling',
    );
    expect(found[0]).toMatchObject({
      severity: 'note',
      code: row.quietlyDeprecated ? 'old-spelling' : 'deprecated-keyword',
      hint: `write ${row.deprecated}`,
    });
  });
});
