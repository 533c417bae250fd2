// What the log says of operations and of drift, in keepalived's words.
import { describe, expect, test } from '@jest/globals';
import { describeAttempt, describeDone, describeDrift, formatService, indexTable } from '../../src/index.ts';
import { entry, ip, server, service, tcp } from '../tables.ts';

const vs = service(tcp(1));
const before = indexTable([entry(service(tcp(1), { scheduler: 'wlc' }), server(1, 5, { forwarding: 'masq' }))]);

describe('operations', () => {
  test('a virtual server is named as keepalived names it', () => {
    expect(formatService(tcp(1))).toBe('[10.0.0.1]:tcp:80');
    expect(formatService({ kind: 'fwmark', mark: 5, family: 6 })).toBe('FWM 5');
    expect(formatService({ kind: 'address', protocol: 17, address: ip('2001:db8::1'), port: 53 })).toBe(
      '[2001:db8::1]:udp:53',
    );
  });

  test.each([
    [{ kind: 'add-service', service: vs }, 'Added VS [10.0.0.1]:tcp:80 (rr)', 'add VS [10.0.0.1]:tcp:80'],
    [
      { kind: 'edit-service', service: vs },
      'Changed VS [10.0.0.1]:tcp:80: scheduler from wlc to rr',
      'change VS [10.0.0.1]:tcp:80',
    ],
    [{ kind: 'delete-service', service: vs.key }, 'Removed VS [10.0.0.1]:tcp:80', 'remove VS [10.0.0.1]:tcp:80'],
    [
      { kind: 'add-destination', service: vs.key, destination: server(2) },
      'Added service [192.168.0.2]:tcp:80 to VS [10.0.0.1]:tcp:80',
      'add service [192.168.0.2]:tcp:80 to VS [10.0.0.1]:tcp:80',
    ],
    [
      { kind: 'edit-destination', service: vs.key, destination: server(1) },
      'Changed service [192.168.0.1]:tcp:80 of VS [10.0.0.1]:tcp:80: forwarding from masq to route, weight from 5 to 1',
      'change service [192.168.0.1]:tcp:80 of VS [10.0.0.1]:tcp:80',
    ],
    [
      { kind: 'delete-destination', service: { kind: 'fwmark', mark: 7, family: 4 }, destination: server(1).key },
      'Removed service [192.168.0.1]:80 from VS FWM 7',
      'remove service [192.168.0.1]:80 from VS FWM 7',
    ],
  ] as const)('%#: %j', (operation, done, attempt) => {
    expect(describeDone(operation, before)).toBe(done);
    expect(describeAttempt(operation)).toBe(attempt);
  });
});

describe('drift', () => {
  test('says what was found instead of what should be there', () => {
    expect(describeDrift({ kind: 'edit-destination', service: vs.key, destination: server(1) }, before)).toBe(
      'service [192.168.0.1]:tcp:80 of VS [10.0.0.1]:tcp:80 was changed: forwarding masq instead of route, weight 5 instead of 1',
    );
    expect(describeDrift({ kind: 'edit-service', service: vs }, before)).toBe(
      'VS [10.0.0.1]:tcp:80 was changed: scheduler wlc instead of rr',
    );
  });

  test('says what was missing', () => {
    expect(describeDrift({ kind: 'add-service', service: vs }, before)).toBe('VS [10.0.0.1]:tcp:80 was missing');
    expect(describeDrift({ kind: 'add-destination', service: vs.key, destination: server(2) }, before)).toBe(
      'service [192.168.0.2]:tcp:80 of VS [10.0.0.1]:tcp:80 was missing',
    );
  });

  test('names a tunnel', () => {
    const tunnel = server(1, 5, { forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } });
    expect(describeDrift({ kind: 'edit-destination', service: vs.key, destination: tunnel }, before)).toContain(
      'tunnel none instead of gue port 6080 remcsum',
    );
  });
});
