// The words with which a child becomes somebody.
import { expect, test } from '@jest/globals';
import { commandAs } from '../src/index.ts';

test('a child runs as it is called, with the identity for spawn', () => {
  expect(commandAs(['/bin/a', 'b'], {})).toEqual({ file: '/bin/a', args: ['b'], identity: {} });
  expect(commandAs(['/bin/a'], { uid: 7, gid: 8 })).toEqual({ file: '/bin/a', args: [], identity: { uid: 7, gid: 8 } });
});

test('the groups of the user come by setpriv', () => {
  const { file, args, identity } = commandAs(['/bin/a', '-b'], { uid: 7, gid: 8, supplementary: true });
  expect([file, ...args]).toEqual(['setpriv', '--reuid=7', '--regid=8', '--init-groups', '--', '/bin/a', '-b']);
  expect(identity).toEqual({});
});
