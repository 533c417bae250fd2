// How many checks may be under way at once on this machine, and of which size they are.
import { expect, test } from '@jest/globals';
import { sizesOf, usualPlaces } from '../../src/runtime/places.ts';
import { grpc, http, misc, redis, tcp, url } from '../fixture.ts';

const GB = 2 ** 30;

test('light places are never fewer than processes, and never more than the addon and the ports allow', () => {
  const { light, process } = usualPlaces();
  expect(process).toBe(256);
  expect(light).toBeGreaterThanOrEqual(process);
  expect(light).toBeLessThanOrEqual(24_576);
});

test('streams of TLS and HTTP/2 have an eighth of the memory, 100 KB each, within 256 and as many as plain ones', () => {
  expect(usualPlaces(64 * GB)).toMatchObject({ stream: 4096, heavy: 4096 });
  expect(usualPlaces(2 * GB).heavy).toBe(2621);
  expect(usualPlaces(GB / 4).heavy).toBe(327);
  expect(usualPlaces(GB / 16).heavy).toBe(256);
});

test('a connection is light, alone or until a stream follows; a script is a process from the start', () => {
  const request = { method: 'HEAD', headers: [] } as const;
  expect(sizesOf(tcp())).toEqual({ first: 'light' });
  for (const plain of [http(), redis(), http({ urls: [url('/', { request })] })])
    expect(sizesOf(plain)).toEqual({ first: 'light', stream: 'stream' });
  expect(sizesOf(misc(['/bin/true']))).toEqual({ first: 'process' });
});

test('TLS and HTTP/2 make a stream heavy', () => {
  for (const checker of [http({ kind: 'SSL_GET' }), http({ http2: true }), grpc()])
    expect(sizesOf(checker)).toEqual({ first: 'light', stream: 'heavy' });
});
