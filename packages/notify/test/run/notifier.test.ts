// The notifier with real scripts of /bin/sh: order, arguments, process groups, and one clear line for each failure.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemAccounts, systemClock } from '@vipward/sockets';
import { createNotifier, type NotifierOptions, systemSpawn } from '../../src/index.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vipward-notify-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const script = (name: string, body: string): string => {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
};

const setUp = (more: Partial<NotifierOptions> = {}) => {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const notifier = createNotifier({
    spawn: systemSpawn({ PATH: '/usr/bin:/bin', VIPWARD_TEST: 'inherited' }),
    clock: systemClock,
    log: { info: say, warning: say },
    accounts: systemAccounts({}),
    ...more,
  });
  return { notifier, lines };
};

const read = (path: string): string => readFileSync(path, 'utf8');
const waitFor = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};
// A killed process whose new parent has not collected it yet still has its pid, in state Z.
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(read(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
};

describe('the scripts of an object', () => {
  test('run in order, each after the one before has ended, with the words of keepalived', async () => {
    const out = join(dir, 'order');
    const slow = script('slow', `sleep 0.2; echo "slow $#" >> ${out}`);
    const quick = script('quick', `echo "quick $* $VIPWARD_TEST" >> ${out}`);
    const { notifier, lines } = setUp();
    const scripts = {
      notifyMaster: { argv: [slow] },
      notifyBackup: { argv: [quick, 'a b'] },
      notify: { argv: [quick] },
    };
    const base = { object: 'INSTANCE', name: 'VI_1', priority: 100, scripts } as const;
    notifier.stateChanged({ ...base, state: 'MASTER' });
    notifier.stateChanged({ ...base, state: 'BACKUP', priority: 90 });
    expect(await notifier.drain(20_000)).toBe(true);
    expect(read(out).trim().split('\n')).toEqual([
      'slow 0',
      'quick INSTANCE VI_1 MASTER 100 inherited',
      'quick a b inherited',
      'quick INSTANCE VI_1 BACKUP 90 inherited',
    ]);
    expect(lines).toEqual([]);
  });

  test('are given their arguments as they are: no shell looks at them', async () => {
    const out = join(dir, 'arguments');
    const show = script('show', `printf '%s\\n' "$@" > ${out}`);
    const { notifier } = setUp();
    notifier.run('x', { argv: [show, 'a b', '$(id)', '`id`; *', ''], purpose: 'test' });
    await notifier.drain(20_000);
    expect(read(out)).toBe('a b\n$(id)\n`id`; *\n\n');
  });

  test('do not wait for those of another object', async () => {
    const out = join(dir, 'beside');
    const { notifier } = setUp();
    const waits = script('waits', `until [ -e ${out} ]; do sleep 0.02; done`);
    const writes = script('writes', `touch ${out}`);
    notifier.run('A', { argv: [waits], purpose: 'test' });
    notifier.run('B', { argv: [writes], purpose: 'test' });
    expect(await notifier.drain(20_000)).toBe(true);
  });
});

describe('a script that takes too long', () => {
  test('is stopped with its whole process group when the next one waits, also when it ignores SIGTERM', async () => {
    const pids = join(dir, 'pids');
    const stubborn = script(
      'stubborn',
      `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$ >> ${pids}; sleep 300; :" & echo $$ >> ${pids}; wait; sleep 300`,
    );
    const after = join(dir, 'after');
    const { notifier, lines } = setUp({ timeout: 50, grace: 50 });
    notifier.run('x', { argv: [stubborn], purpose: 'notify_master of INSTANCE VI_1' });
    await waitFor(() => existsSync(pids) && read(pids).trim().split('\n').length === 2);
    notifier.run('x', { argv: [script('next', `touch ${after}`)], purpose: 'notify_backup of INSTANCE VI_1' });
    expect(await notifier.drain(20_000)).toBe(true);
    expect(existsSync(after)).toBe(true);
    const group = read(pids).trim().split('\n').map(Number);
    await waitFor(() => !group.some(isAlive));
    expect(lines).toEqual([
      `Script ${stubborn} (notify_master of INSTANCE VI_1) still ran after 0.05 s while the next script waits: terminated`,
    ]);
  });

  test('leaves no child behind that ignores SIGTERM when only the script itself obeys', async () => {
    const pid = join(dir, 'child-pid');
    const obeys = script('obeys', `sh -c "trap '' TERM; echo \\$\\$ > ${pid}; sleep 300; :" & wait`);
    const { notifier } = setUp({ timeout: 50, grace: 5_000 });
    notifier.run('x', { argv: [obeys], purpose: 'test' });
    await waitFor(() => existsSync(pid) && read(pid).length > 1);
    notifier.run('x', { argv: ['/bin/true'], purpose: 'test' });
    expect(await notifier.drain(20_000)).toBe(true);
    await waitFor(() => !isAlive(Number(read(pid))));
  });

  test('may run on while nothing waits, and drain says that it did not end', async () => {
    const out = join(dir, 'long');
    const { notifier, lines } = setUp({ timeout: 10 });
    notifier.run('x', { argv: [script('long', `sleep 0.5; touch ${out}`)], purpose: 'test' });
    expect(await notifier.drain(50)).toBe(false);
    expect(await notifier.drain(20_000)).toBe(true);
    expect(existsSync(out)).toBe(true);
    expect(lines).toEqual([]);
  });
});

describe('one clear line is said', () => {
  const run = async (argv: readonly string[], more: Partial<NotifierOptions> = {}) => {
    const { notifier, lines } = setUp(more);
    notifier.run('x', { argv, purpose: 'notify of INSTANCE VI_1 (FAULT)' });
    const after = join(dir, `next-${Math.random()}`);
    notifier.run('x', { argv: ['/usr/bin/touch', after], purpose: 'next' });
    await notifier.drain(20_000);
    return { lines: lines.filter((line) => !line.includes('(next)')), nextRan: existsSync(after) };
  };

  test('when the script is missing; the next one runs', async () => {
    expect(await run([join(dir, 'nosuch')])).toEqual({
      lines: [
        `Script ${join(dir, 'nosuch')} (notify of INSTANCE VI_1 (FAULT)) was not run: no such file, or its interpreter is missing (ENOENT)`,
      ],
      nextRan: true,
    });
  });

  test('when the script is not executable', async () => {
    const path = join(dir, 'plain');
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o644 });
    const { lines, nextRan } = await run([path]);
    expect(lines).toEqual([expect.stringContaining('was not run: not executable')]);
    expect(nextRan).toBe(true);
  });

  test('when no process can have such an argument', async () => {
    const { lines, nextRan } = await run(['/bin/true', 'a\0b']);
    expect(lines).toEqual([expect.stringContaining('was not run: ')]);
    expect(nextRan).toBe(true);
  });

  test('when its user does not exist; it is not run as someone else', async () => {
    const { lines, nextRan } = await run(['/bin/true'], {
      accounts: (user) =>
        user === undefined ? { kind: 'unknown', message: 'user nosuch does not exist' } : { kind: 'own' },
    });
    expect(lines).toEqual([
      'Script /bin/true (notify of INSTANCE VI_1 (FAULT)) was not run: user nosuch does not exist',
    ]);
    expect(nextRan).toBe(false);
  });

  test('when enable_script_security keeps it from running', async () => {
    const { lines } = await run(['/opt/x.sh'], {
      guard: (program) => (program === '/opt/x.sh' ? 'others than root can change /opt' : undefined),
    });
    expect(lines).toEqual([
      'Script /opt/x.sh (notify of INSTANCE VI_1 (FAULT)) was not run: others than root can change /opt',
    ]);
  });

  test('when it ends with an exit status other than 0, or by a signal', async () => {
    expect((await run(['/bin/sh', '-c', 'exit 3'])).lines).toEqual([
      expect.stringContaining('ended with exit status 3'),
    ]);
    expect((await run(['/bin/sh', '-c', 'kill -SEGV $$'])).lines).toEqual([
      expect.stringContaining('was ended by SIGSEGV'),
    ]);
  });
});

const asRoot = process.getuid?.() === 0;

test('a script runs as its user, without the groups of the daemon', async () => {
  const open = mkdtempSync(join(tmpdir(), 'vipward-notify-open-'));
  const out = join(open, 'who');
  writeFileSync(out, '');
  chmodSync(open, 0o755);
  chmodSync(out, 0o666);
  const { notifier, lines } = setUp();
  const job = { argv: ['/bin/sh', '-c', `(id -un; id -gn; id -Gn) > ${out}`], purpose: 'test' };
  // Without privileges the daemon's own account is the only one there is.
  notifier.run('x', asRoot ? { ...job, user: { user: 'nobody', group: 'daemon' } } : job);
  expect(await notifier.drain(20_000)).toBe(true);
  const said = read(out).trim().split('\n');
  rmSync(open, { recursive: true });
  expect(lines).toEqual([]);
  if (asRoot) expect(said).toEqual(['nobody', 'daemon', 'daemon']);
  else expect(said).toHaveLength(3);
});
