// The table of error numbers against Node's own.
import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import { errnoName, errnoOf } from '../../src/codec/errno.ts';

test('every number that Node knows has the same name here', () => {
  const aliases = ['EWOULDBLOCK', 'EOPNOTSUPP', 'ENOTSUP', 'EDEADLOCK'];
  for (const [name, number] of Object.entries(constants.errno)) {
    if (aliases.includes(name)) continue;
    expect([number, errnoName(number)]).toEqual([number, name]);
    expect(errnoOf(name)).toBe(number);
  }
});

test('a number without a name is shown as a number', () => {
  expect(errnoName(4711)).toBe('errno 4711');
  expect(errnoName(0)).toBe('errno 0');
  expect(errnoOf('ENOSUCHTHING')).toBeUndefined();
  expect(errnoName(524)).toBe('ENOTSUPP');
});
