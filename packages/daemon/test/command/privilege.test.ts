// Missing capabilities are named before anything is touched.
import { describe, expect, test } from '@jest/globals';
import { requirePrivilege } from '../../src/command/privilege.ts';

const status = (capEff: string): string => `Name:\tnode\nCapPrm:\t0\nCapEff:\t${capEff}\nCapBnd:\t0\n`;

describe('privilege', () => {
  test('root with all capabilities may run', () => {
    expect(() => requirePrivilege(status('000001ffffffffff'))).not.toThrow();
  });

  test('CAP_NET_ADMIN and CAP_NET_RAW alone suffice', () => {
    expect(() => requirePrivilege(status('0000000000003000'))).not.toThrow();
  });

  test.each([
    ['0000000000000000', 'CAP_NET_ADMIN and CAP_NET_RAW missing'],
    ['0000000000001000', 'CAP_NET_RAW missing'],
  ])('with %s it says %s and leaves with 4', (capEff, text) => {
    expect(() => requirePrivilege(status(capEff))).toThrow(
      expect.objectContaining({ code: 'PERMISSION', status: 4, message: expect.stringContaining(text) }),
    );
  });
});
