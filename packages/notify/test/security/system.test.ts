// What the guard of enable_script_security says of files of this machine.
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemScriptGuard } from '../../src/index.ts';

describe('the guard of this machine', () => {
  const guard = systemScriptGuard(true);
  const asRoot = { uid: 0, gid: 0 };

  test('looks behind symbolic links and into PATH, and at nothing that runs as another account', () => {
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
    const path = process.env.PATH;
    process.env.PATH = `/nonexistent:${dir}:${path}`;
    expect(guard('x.sh', asRoot)).toContain(`${script} (mode 0777`);
    process.env.PATH = path;
    rmSync(dir, { recursive: true });
    expect(guard(link, asRoot) ?? '').not.toContain('x.sh');
  });
});
