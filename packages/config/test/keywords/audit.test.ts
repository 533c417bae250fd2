// Every row of the keyword reference: its bounds land in the Config, its default is what its absence gives, and its rule of repeating.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import type { Config, KeywordRow } from '../../src/index.ts';
import { blockTable } from '../../src/keywords/table.ts';
import { parse } from '../support.ts';
import { write } from './samples.ts';

interface Audited {
  readonly path: string;
  readonly name: string;
  readonly row: KeywordRow;
  /** The columns of the reference. */
  readonly form: string;
  readonly default: string;
  readonly repeat: string;
}

const reference = new URL('../../../../../shared/reference/keywords.tsv', import.meta.url);

const readRows = (): readonly Audited[] =>
  readFileSync(reference, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [where = '', name = '', form = '', fallback = '', repeat = ''] = line.split('\t');
      const path = where === '/' ? '' : where;
      const row = blockTable(path).get(name);
      return row === undefined || path.endsWith('<line>') ? [] : [{ path, name, row, form, default: fallback, repeat }];
    });

const valuesOf = (config: Config): string =>
  JSON.stringify(config, (key, value: unknown) => (key === 'at' ? undefined : value));

const configWith = ({ path, row }: Audited, value: string): string =>
  valuesOf(parse(write(path, row, value).text).config);
const configWithout = ({ path, row }: Audited): string => valuesOf(parse(write(path, row).without).config);

/** Rows of which only one bound shows, and why. */
const ONE_BOUND: Readonly<Record<string, string>> = {
  'virtual_server quorum': 'more than all weights together is cut to them',
  'virtual_server hysteresis': 'it must be below quorum',
  'vrrp_instance advert_int': 'version 2 rounds to whole seconds',
  'virtual_server.real_server lthreshold': 'it must not be above uthreshold',
  'bfd_instance max_hops': 'both -1 and 255 mean that nothing is checked',
};

/** Rows whose field is absent when nothing is written, though absence means the same: its comment in the model says so. */
const ABSENT = new Set([
  'global_defs vrrp_version',
  'vrrp_instance unicast_ttl',
  'virtual_server.real_server.SSL_GET tls_compliant',
  'global_defs max_auto_priority',
  'global_defs process_name',
  'global_defs default_interface',
  'global_defs vrrp_mcast_group4',
  'global_defs vrrp_mcast_group6',
  'global_defs vmac_prefix',
  'global_defs snmp_socket',
  'global_defs dbus_service_name',
  'global_defs iproute_etc_dir',
  // keepalived's default would kill a process that collects garbage, or leave half of a table.
  'global_defs vrrp_rlimit_rttime',
  'global_defs checker_rlimit_rttime',
  'global_defs bfd_rlimit_rttime',
  ' child_wait_time',
  // Where the sample block says something else, which decides.
  'bfd_instance hoplimit',
  'virtual_server protocol',
  'virtual_server.real_server.TCP_CHECK fwmark',
  'virtual_server.real_server.PING_CHECK fwmark',
  'virtual_server.real_server.UDP_CHECK fwmark',
  'virtual_server.real_server.HTTP_GET fwmark',
  'virtual_server.real_server.SSL_GET fwmark',
  'virtual_server.real_server.DNS_CHECK fwmark',
  'virtual_server.real_server.SMTP_CHECK fwmark',
  'virtual_server.real_server.SMTP_CHECK.host fwmark',
]);

/** What may be written to say the default, as far as the column says it in a way that can be written. */
const writtenDefault = ({ row, default: fallback }: Audited): string | undefined => {
  const [word = ''] = fallback.split(/[ ;,]/);
  switch (row.grammar.kind) {
    case 'integer':
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(word) && Number(word) >= row.grammar.min ? word : undefined;
    case 'bool':
      return fallback === 'off' ? 'off' : undefined;
    case 'choice':
      return row.grammar.words.includes(word) ? word : undefined;
    case 'text':
      // In capitals stands what differs from build to build; the name of a keyword is not a value.
      return /^[a-z0-9.:/]+$/.test(fallback) && !/^(none|required|inherited|unset|virtualhost)$/.test(fallback)
        ? fallback
        : undefined;
    default:
      return undefined;
  }
};

describeWith(needs('reference'), 'by the reference', () => {
  const rows = readRows();
  const named = (row: Audited): string => `${row.path} ${row.name}`;

  const bounded = rows.filter(({ row: { grammar } }) => grammar.kind === 'integer' || grammar.kind === 'decimal');

  test('there are enough rows to speak of all of them', () => {
    expect(rows.length).toBeGreaterThan(400);
    expect(bounded.length).toBeGreaterThan(150);
  });

  test.each(bounded.filter((row) => ONE_BOUND[named(row)] === undefined))(
    '$path $name comes to the Config with its least and its greatest value',
    (audited) => {
      const { grammar } = audited.row;
      if (grammar.kind !== 'integer' && grammar.kind !== 'decimal') throw new Error('not a number');
      const digits = grammar.kind === 'decimal' ? grammar.places : 0;
      const [least, greatest] = [grammar.min, Math.min(grammar.max, 1e9)].map((value) => value.toFixed(digits));
      expect(configWith(audited, least ?? '') === configWith(audited, greatest ?? '')).toBe(false);
    },
  );

  const withDefault = rows.flatMap((row) => {
    const value = writtenDefault(row);
    return value === undefined || ABSENT.has(named(row)) ? [] : [{ ...row, value }];
  });

  test('there are enough defaults that can be written', () => {
    expect(withDefault.length).toBeGreaterThan(75);
  });

  test.each(withDefault)('$path $name $value changes nothing, as it is the default', (audited) => {
    expect(configWith(audited, audited.value)).toBe(configWithout(audited));
  });

  test.each(rows.filter(({ row }) => row.grammar.kind === 'bool'))(
    '$path $name knows six words and no other',
    (audited) => {
      const { path, row } = audited;
      const [on, yes, nothing] = ['on', 'yes', ''].map((word) => configWith(audited, word));
      const [off, no, not] = ['off', 'no', 'false'].map((word) => configWith(audited, word));
      expect([on === yes, on === nothing, on === configWith(audited, 'true')]).toEqual([true, true, true]);
      expect([off === no, off === not, on === off]).toEqual([true, true, false]);
      for (const word of ['On', 'TRUE', '1', 'enable'])
        expect(parse(write(path, row, word).text).diagnostics).toContainEqual(
          expect.objectContaining({ code: 'bad-value', severity: 'error' }),
        );
    },
  );

  const RULES: Readonly<Record<string, readonly RegExp[]>> = {
    last: [
      /^last($|;)/,
      /^flag/,
      /^last of /,
      /^once(;|$)/,
      /^sticky/,
      /^must agree/,
      /^the longest/,
      /^acts at once/,
      /^MASTER then/,
      /^last per/,
      /^must be/,
    ],
    'last-reported': [/^last \(error on repeat\)/],
    first: [/^first\+err/, /^once, a second/],
    'first-if-other': [/^first \(a different/],
    adds: [/^adds/, /^block/, /^repeatable/, /^once per part/, /^largest wins/],
  };

  test.each(rows.filter(({ row, repeat }) => row.deprecated === undefined && repeat !== '-'))(
    '$path $name is repeated as: $repeat',
    ({ row, repeat }) => {
      const rule = Object.entries(RULES).find(([, forms]) => forms.some((form) => form.test(repeat)))?.[0];
      const lastWithError = /^last.*\(error (reported|on repeat)\)|^last \(always/.test(repeat) && rule === undefined;
      expect([repeat, lastWithError ? row.repeat : rule]).toEqual([repeat, row.repeat]);
    },
  );
});
