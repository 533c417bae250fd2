// vipward's own words in checks and its own checks: read on `@vipward` lines, skipped by keepalived.
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { codes, parse } from '../support.ts';
import { keepalivedTest } from './keepalived.ts';

const text = `virtual_server 192.168.33.188 80 {
  lvs_sched wrr
  lvs_method DR
  protocol TCP
  virtualhost www.example
  real_server 192.168.33.12 80 {
    weight 100
    SSL_GET {
      @vipward http2
      @vipward tls_verify
      @vipward tls_expiry_warning 14
      url {
        path /api
        status_code 200
        @vipward method POST
        @vipward header "X-Probe: a: b"
        @vipward header "Accept: */*"
        @vipward request_body "{}"
        @vipward expect_body "is well"
      }
    }
    @vipward GRPC_CHECK {
    @vipward   service shop.Cart
    @vipward   tls
    @vipward   connect_port 50051
    @vipward }
    @vipward REDIS_CHECK { user probe
    @vipward   password secret
    @vipward   retry 3
    @vipward }
    @vipward MYSQL_CHECK {
    @vipward   user probe
    @vipward }
    @vipward PGSQL_CHECK {
    @vipward   user probe
    @vipward   database shop
    @vipward }
  }
}
SSL {
  ca /ca.pem
}
`;

describe('own words of checks', () => {
  test('are settings of HTTP_GET, SSL_GET and their urls', () => {
    const { config, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(config.virtualServers[0]?.realServers[0]?.checkers).toMatchObject([
      {
        kind: 'SSL_GET',
        http2: true,
        tlsVerify: true,
        tlsExpiryWarning: 14,
        urls: [
          {
            request: {
              method: 'POST',
              headers: [
                { name: 'X-Probe', value: 'a: b' },
                { name: 'Accept', value: '*/*' },
              ],
              body: '{}',
            },
            expectBody: 'is well',
          },
        ],
      },
    ]);
  });

  test('are checks of their own', () => {
    expect(parse(text).config.virtualServers[0]?.realServers[0]?.moreCheckers).toMatchObject([
      {
        kind: 'GRPC_CHECK',
        service: 'shop.Cart',
        tls: true,
        connectPort: 50_051,
        virtualHost: 'www.example',
        ssl: { ca: '/ca.pem' },
      },
      { kind: 'REDIS_CHECK', user: 'probe', password: 'secret', retry: 3, connectPort: 80 },
      { kind: 'MYSQL_CHECK', user: 'probe' },
      { kind: 'PGSQL_CHECK', user: 'probe', database: 'shop' },
    ]);
  });

  test('are absent where nothing is written', () => {
    const plain = parse(text.replaceAll(/ *@vipward.*\n/g, '')).config.virtualServers[0]?.realServers[0];
    expect(plain?.moreCheckers).toBeUndefined();
    const [check] = plain?.checkers ?? [];
    expect(Object.keys(check ?? {})).not.toEqual(expect.arrayContaining(['http2']));
    expect(JSON.stringify(check)).not.toMatch(/request|expectBody|tlsVerify/);
  });
});

test.each(['X-Probe', 'Bad Name: x', 'Host: other.example', 'Content-Length: 5', ': x'])(
  'the header "%s" is an error and left out',
  (header) => {
    const changed = text.replace('X-Probe: a: b', header);
    expect(codes(changed)).toEqual(['bad-value']);
    expect(JSON.stringify(parse(changed).config.virtualServers)).toContain('"headers":[{"name":"Accept"');
  },
);

test('a user without password does not count in REDIS_CHECK', () => {
  const changed = text.replace('    @vipward   password secret\n', '');
  expect(codes(changed)).toEqual(['bad-value']);
  expect(parse(changed).config.virtualServers[0]?.realServers[0]?.moreCheckers?.[1]).not.toHaveProperty('user');
});

describeWith(needs('keepalived'), 'keepalived', () => {
  test('finds nothing wrong with the same file', () => {
    expect(keepalivedTest(text)).toEqual([0, '']);
  });
});
