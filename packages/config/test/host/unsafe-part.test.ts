// enable_script_security: which paths root may run.
import { describe, expect, test } from '@jest/globals';
import { unsafePart } from '../../src/host/unsafe-part.ts';
import type { FileInfo } from '../../src/index.ts';

// As stat(2) has it: the type bits before the others.
const root = (mode: number, gid = 0, uid = 0): FileInfo => ({
  kind: (mode & 0o040000) !== 0 ? 'directory' : 'file',
  mode: mode & 0o7777,
  uid,
  gid,
});
const tree = (more: Record<string, FileInfo>) => {
  const files: Record<string, FileInfo> = {
    '/': root(0o40755),
    '/etc': root(0o40755),
    '/etc/x.sh': root(0o100755),
    ...more,
  };
  return (path: string) => files[path];
};

describe('a script of root', () => {
  test('is safe when nobody else can change it or a directory above it', () => {
    expect(unsafePart('/etc/x.sh', tree({}))).toBeUndefined();
  });

  test.each([
    ['the script belongs to someone', { '/etc/x.sh': root(0o100755, 0, 1000) }, '/etc/x.sh', 'owned by uid 1000'],
    [
      'all can write to the script',
      { '/etc/x.sh': root(0o100757) },
      '/etc/x.sh',
      'mode 0757: o+w, everybody may write',
    ],
    [
      'a group can write to the script',
      { '/etc/x.sh': root(0o100775, 50) },
      '/etc/x.sh',
      'mode 0775: g+w, group 50 may write',
    ],
    ['all can write to its directory', { '/etc': root(0o40777) }, '/etc', 'mode 0777: o+w, everybody may write'],
    ['the directory belongs to someone', { '/etc': root(0o40755, 0, 33) }, '/etc', 'owned by uid 33'],
    ['its sticky directory belongs to someone', { '/etc': root(0o41777, 0, 33) }, '/etc', 'owned by uid 33'],
    ['all can write to the top', { '/': root(0o40777) }, '/', 'mode 0777: o+w, everybody may write'],
  ])('is not safe when %s', (_what, more, part, why) => {
    expect(unsafePart('/etc/x.sh', tree(more))).toEqual({ part, why });
  });

  test.each([
    ["root's own group can write", { '/etc/x.sh': root(0o100775, 0) }],
    ['its directory is sticky as /tmp is', { '/etc': root(0o41777) }],
    ['it is not there', { '/etc/x.sh': undefined }],
  ])('is safe when %s', (_why, more) => {
    const look = tree({});
    expect(
      unsafePart('/etc/x.sh', (path) => (path in more ? more[path as keyof typeof more] : look(path))),
    ).toBeUndefined();
  });
});
