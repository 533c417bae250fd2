// The schema of the configuration follows its type, and loses nothing on the way to JSON and back.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import { type Config, memoryReader, parseConfig } from '../../src/index.ts';
import { configFromJson, configJsonSchema, configSchema, configToJson } from '../../src/schema/index.ts';

/** All the way down, without `readonly`, so that two types can be compared for being the same. */
type Plain<T> = T extends Uint8Array
  ? 'bytes'
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Plain<T[Key]> }
      : T;
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { readonly differ: [A, B] };
type DifferentFields<A, B> = {
  [Key in keyof A | keyof B]: Key extends keyof A & keyof B ? (Same<A[Key], B[Key]> extends true ? never : Key) : Key;
}[keyof A | keyof B];

type FromSchema = Plain<z.output<typeof configSchema>>;
/** A type error here names the fields of Config that src/schema has not as src/model has them. */
const configFields: Record<DifferentFields<Required<Plain<Config>>, Required<FromSchema>>, never> = {};
const globalFields: Record<DifferentFields<Plain<Config['global']>, FromSchema['global']>, never> = {};
const instanceFields: Record<
  DifferentFields<Plain<Config['vrrpInstances'][number]>, FromSchema['vrrpInstances'][number]>,
  never
> = {};
const serverFields: Record<
  DifferentFields<Plain<Config['virtualServers'][number]>, FromSchema['virtualServers'][number]>,
  never
> = {};

const parsed = (text: string): Config =>
  parseConfig({ file: '/k.conf', read: memoryReader({ '/k.conf': text }), configId: 'main' }).config;

const example = `
global_defs {
 notification_email { a@example.org }
 smtp_server 10.0.0.25 25
}
vrrp_script chk {
 script "/bin/true -x"
 weight -5
}
vrrp_instance V {
 interface eth0
 virtual_router_id 51
 unicast_peer {
  10.0.0.2
 }
 virtual_ipaddress {
  10.0.0.100/24 label eth0:1
 }
 track_script {
  chk
 }
}
virtual_server 10.0.0.100 80 {
 lb_algo rr
 lb_kind DR
 protocol TCP
 real_server 10.0.0.3 80 {
  TCP_CHECK {
   connect_timeout 2.5
  }
 }
}
`;

describe('the schema of Config', () => {
  test('has every field of the type, and no other, as the type checker has seen', () => {
    expect({ ...configFields, ...globalFields, ...instanceFields, ...serverFields }).toEqual({});
  });

  test('writes addresses as text, and reads them back as they were', () => {
    const config = parsed(example);
    const json = JSON.stringify(configToJson(config));
    expect(json).toContain('"address":"10.0.0.100","prefixLength":24');
    expect(configFromJson(JSON.parse(json))).toEqual(config);
  });

  test('refuses what is no configuration, and names the place', () => {
    const json = configToJson(parsed(example));
    const broken = { ...json, virtualServers: [{ ...json.virtualServers[0], family: 5 }] };
    const result = configSchema.safeDecode(JSON.parse(JSON.stringify(broken)));
    expect(result.error?.issues.map(({ path }) => path)).toContainEqual(['virtualServers', 0, 'family']);
    const address = JSON.stringify(json).replace('"10.0.0.2"', '"10.0.0.256"');
    expect(configSchema.safeDecode(JSON.parse(address)).error?.issues[0]).toMatchObject({
      path: ['vrrpInstances', 0, 'unicastPeers', 0, 'address'],
      message: expect.stringContaining('10.0.0.256'),
    });
  });

  test('is a JSON schema in which an address is a string', () => {
    const schema = JSON.stringify(configJsonSchema());
    expect(schema).toContain('"$schema":"https://json-schema.org/draft/2020-12/schema"');
    expect(schema).toContain('IPv4 or IPv6 address');
    expect(schema).not.toContain('"anyOf":[{}');
  });

  const corpus = new URL('../../../../../shared/corpus/', import.meta.url);
  const here = existsSync(corpus);
  test(
    here ? 'takes every configuration of the corpus' : 'takes every configuration of the corpus (which is not here)',
    () => {
      const names = here ? readdirSync(corpus).filter((name) => name.endsWith('.conf')) : [];
      for (const name of names) {
        const config = parsed(readFileSync(new URL(name, corpus), 'utf8'));
        expect([name, configFromJson(JSON.parse(JSON.stringify(configToJson(config))))]).toEqual([name, config]);
      }
      expect(names.length > 0).toBe(here);
    },
  );
});
