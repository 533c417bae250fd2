// Where a daemon's pid files are and what the log calls it: the places of keepalived 2.2.7, seen with each of these.
import { expect, test } from '@jest/globals';
import type { ProcessSettings } from '@vipward/config';
import { usualPidFiles } from '../../src/command/options.ts';
import { identSuffix, placedPidFiles, placeOf } from '../../src/files/places.ts';

const plain: ProcessSettings = {
  namespaceWithIpsets: false,
  usePidDir: false,
  childWaitTime: 5000,
  linkbeatUsePolling: false,
  linkbeatInterfaces: [],
  interfaceDelays: [],
};

test.each<readonly [Partial<ProcessSettings>, string | undefined, string, string, string]>([
  [{}, undefined, '/run/keepalived.pid', '/run/checkers.pid', ''],
  [{ usePidDir: true }, undefined, '/run/keepalived/keepalived.pid', '/run/keepalived/checkers.pid', ''],
  [{ instance: 'abc' }, undefined, '/run/keepalived/keepalived_abc.pid', '/run/keepalived/checkers_abc.pid', '_abc'],
  [
    { netNamespace: 'foo' },
    undefined,
    '/run/keepalived/foo/keepalived.pid',
    '/run/keepalived/foo/checkers.pid',
    '_foo',
  ],
  [
    { netNamespace: 'foo', instance: 'abc' },
    undefined,
    '/run/keepalived/foo/keepalived_abc.pid',
    '/run/keepalived/foo/checkers_abc.pid',
    '_foo_abc',
  ],
  [{ netNamespace: 'foo' }, 'bar', '/run/keepalived/bar/keepalived.pid', '/run/keepalived/bar/checkers.pid', '_bar'],
])('%j and -s %s', (settings, option, main, checkers, suffix) => {
  const place = placeOf(option, { ...plain, ...settings });
  expect(placedPidFiles(usualPidFiles, place)).toMatchObject({ pidFile: main, checkerPidFile: checkers });
  expect(identSuffix(place)).toBe(suffix);
});

test('a pid file that the command line names stays where it is, and the others move', () => {
  const place = placeOf(undefined, { ...plain, netNamespace: 'foo' });
  expect(placedPidFiles({ ...usualPidFiles, pidFile: '/tmp/own.pid' }, place)).toEqual({
    pidFile: '/tmp/own.pid',
    vrrpPidFile: '/run/keepalived/foo/vrrp.pid',
    checkerPidFile: '/run/keepalived/foo/checkers.pid',
    bfdPidFile: '/run/keepalived/foo/bfd.pid',
  });
});
