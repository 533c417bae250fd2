// Track scripts as real processes: their account, their security, and the end of a whole group.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { GlobalDefs, Script } from '@vipward/config';
import type { ScriptResult } from '@vipward/vrrp';
import { startScriptFor } from '../../src/worker/start-script.ts';

const global: GlobalDefs = {
  enableScriptSecurity: false,
  notificationEmail: [],
  smtpConnectTimeout: 30_000,
};

const run = (script: Script, defs: GlobalDefs = global) => {
  const ended = Promise.withResolvers<ScriptResult>();
  return { started: startScriptFor(() => defs)(script, ended.resolve), ended: ended.promise };
};

test('the exit status comes back', async () => {
  expect(await run({ argv: ['/bin/sh', '-c', 'exit 3'] }).ended).toEqual({ kind: 'exited', status: 3 });
});

test('a signal goes to the children too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vipward-script-'));
  const pidFile = join(directory, 'pid');
  const { started, ended } = run({ argv: ['/bin/sh', '-c', `sleep 600 & echo $! > ${pidFile}; wait`] });
  if (typeof started === 'string') throw new Error(started);
  const childPid = async (): Promise<number> => {
    for (;;) {
      try {
        const pid = Number(readFileSync(pidFile, 'utf8'));
        if (pid > 0) return pid;
      } catch {
        // Not written yet.
      }
      await sleep(10);
    }
  };
  const child = await childPid();
  started.signal('SIGKILL');
  expect(await ended).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  // A process that has been killed may be a zombie until init has looked.
  const isRunning = (): boolean => {
    try {
      return !/\) [ZX] /.test(readFileSync(`/proc/${child}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  for (let tries = 0; isRunning() && tries < 500; tries++) await sleep(10);
  expect(isRunning()).toBe(false);
  rmSync(directory, { recursive: true });
});

test('an unknown user, and with enable_script_security a file that others can change, are refused with the reason', () => {
  expect(run({ argv: ['/bin/true'], user: { user: 'nobody-of-that-name' } }).started).toBe(
    'user nobody-of-that-name does not exist',
  );
  const directory = mkdtempSync(join(tmpdir(), 'vipward-script-'));
  const file = join(directory, 'open');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o777);
  const strict = { ...global, enableScriptSecurity: true, scriptUser: { user: 'root' } };
  expect(run({ argv: [file] }, strict).started).toBe(
    `others than root can change ${file} (mode 0777: o+w, everybody may write; enable_script_security)`,
  );
  rmSync(directory, { recursive: true });
  expect(typeof run({ argv: ['/bin/true'] }, strict).started).toBe('object');
});
