// enable_script_security: which paths root may run.
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemScriptGuard } from '../../src/index.ts';
import { type FileFacts, unsafePart } from '../../src/security/unsafe.ts';

const root = (mode: number, gid = 0): FileFacts => ({ uid: 0, gid, mode });
const tree = (more: Record<string, FileFacts>) => {
  const files: Record<string, FileFacts> = {
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
    [
      'the script belongs to someone',
      { '/etc/x.sh': { uid: 1000, gid: 0, mode: 0o100755 } },
      '/etc/x.sh',
      'owned by uid 1000',
    ],
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
    ['the directory belongs to someone', { '/etc': { uid: 33, gid: 0, mode: 0o40755 } }, '/etc', 'owned by uid 33'],
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

describe('the guard of this machine', () => {
  const guard = systemScriptGuard(true);
  const asRoot = { uid: 0, gid: 0 };

  test('looks behind symbolic links, and at nothing that runs as another account', () => {
    const dir = mkdtempSync(join(tmpdir(), 'vipward-guard-'));
    const [script, link] = [join(dir, 'x.sh'), join(dir, 'link')];
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o777);
    symlinkSync(script, link);
    expect(guard(link, asRoot)).toMatch(
      /^others than root can change .* \(mode 0777: o\+w, everybody may write; enable_script_security\)$/,
    );
    expect(guard(link, { uid: 65534, gid: 65534 })).toBeUndefined();
    expect(systemScriptGuard(false)(link, asRoot)).toBeUndefined();
    rmSync(dir, { recursive: true });
    expect(guard(link, asRoot) ?? '').not.toContain('x.sh');
  });
});
