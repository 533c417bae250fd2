// How many checks may be under way at once on this machine, and of which size they are.
import { expect, test } from '@jest/globals';
import { sizesOf, usualPlaces } from '../../src/runtime/places.ts';
import { grpc, http, misc, redis, tcp, url } from '../fixture.ts';

test('light places are never fewer than heavy ones, and never more than the addon and the ports allow', () => {
  const { light, stream, heavy } = usualPlaces();
  expect(light).toBeGreaterThanOrEqual(heavy);
  expect(light).toBeLessThanOrEqual(24_576);
  // 18 KB each and 80: what all of them hold is bounded.
  expect(stream * 18 + heavy * 80).toBeLessThanOrEqual(100 * 1024);
});

test('a connection is light, alone or until a stream follows; a script is heavy from the start', () => {
  expect(sizesOf(tcp())).toEqual({ first: 'light' });
  expect(sizesOf(http())).toEqual({ first: 'light', stream: 'stream' });
  expect(sizesOf(redis())).toEqual({ first: 'light', stream: 'stream' });
  expect(sizesOf(misc(['/bin/true']))).toEqual({ first: 'heavy' });
});

test('TLS, HTTP/2 and requests through a library make a stream heavy', () => {
  const request = { method: 'HEAD', headers: [] } as const;
  const heavy = [http({ kind: 'SSL_GET' }), http({ http2: true }), http({ urls: [url('/', { request })] }), grpc()];
  for (const checker of heavy) expect(sizesOf(checker)).toEqual({ first: 'light', stream: 'heavy' });
});
