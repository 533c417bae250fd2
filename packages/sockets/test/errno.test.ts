// errno numbers become the names that Linux gives them.
import { expect, test } from '@jest/globals';
import { errnoName, SocketError, socketError, succeed } from '../src/index.ts';

test.each([
  [1, 'EPERM'],
  [11, 'EAGAIN'],
  [16, 'EBUSY'],
  [64, 'ENONET'],
  [95, 'EOPNOTSUPP'],
  [99, 'EADDRNOTAVAIL'],
  [100, 'ENETDOWN'],
  [105, 'ENOBUFS'],
  [112, 'EHOSTDOWN'],
  [115, 'EINPROGRESS'],
  [531, 'ERRNO_531'],
  [0, 'ERRNO_0'],
])('errno %d is %s', (errno, name) => {
  expect(errnoName(errno)).toBe(name);
});

test('a negative answer is thrown, any other passes', () => {
  expect(succeed('sendmsg', 0)).toBe(0);
  expect(succeed('sendmsg', 20)).toBe(20);
  expect(() => succeed('sendmsg', -105)).toThrow(new SocketError('sendmsg', 105, 'ENOBUFS'));
  expect(socketError('bind', 99).message).toBe('bind: EADDRNOTAVAIL');
});
