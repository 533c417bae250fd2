// Programs that write to a file: waiting for what they say, and ending them.
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { run, spawnLogged, startHttpServer, tryRun } from '@vipward/testkit';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a logged program', () => {
  test('is waited for until it says something', async () => {
    await using program = spawnLogged('sh', ['-c', 'echo one; sleep 0.2; echo two 22; exec sleep 60']);
    expect(await program.waitFor(/two \d+/)).toBe('two 22');
    expect(program.log()).toBe('one\ntwo 22\n');
  });

  test('that ends first is an error with its last words', async () => {
    await using program = spawnLogged('sh', ['-c', 'echo sorry >&2; exit 3']);
    await expect(program.waitFor('ready')).rejects.toThrow(/ended \(3\) without saying ready:\nsorry/);
    expect(await program.ended).toBe(3);
  });

  test('that says nothing is an error after the timeout', async () => {
    await using program = spawnLogged('sleep', ['60']);
    await expect(program.waitFor('ready', { timeout: 50 })).rejects.toThrow('did not say ready in 50 ms');
  });

  test('is stopped with the children of its process group', async () => {
    const program = spawnLogged('sh', ['-c', 'sleep 60 & echo child $!; wait']);
    const child = Number((await program.waitFor(/child \d+/)).slice('child '.length));
    const { logFile } = program;
    await program.stop();
    const deadline = performance.now() + 5000;
    while (alive(child) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(alive(child)).toBe(false);
    expect(existsSync(logFile)).toBe(false);
  });

  test('that is not there ends with 127', async () => {
    await using program = spawnLogged('/nonexistent/program', []);
    expect(await program.ended).toBe(127);
  });
});

describe('a short program', () => {
  test('takes input and gives output', async () => {
    expect(await run('cat', [], { input: 'hello' })).toBe('hello');
  });

  test('that fails is an error with its own words', async () => {
    await expect(run('sh', ['-c', 'echo why >&2; exit 2'])).rejects.toThrow('exit 2: why');
    expect(await tryRun('sh', ['-c', 'echo why >&2; exit 2'])).toEqual({ code: 2, stdout: '', stderr: 'why\n' });
  });

  test('that hangs is killed', async () => {
    await expect(run('sleep', ['60'], { timeout: 50 })).rejects.toThrow('no end after 50 ms');
  });
});

describe('the web server', () => {
  test('answers its name, an error, or nothing, as it is told', async () => {
    await using server = await startHttpServer({ name: 'rs1', address: '127.0.0.1', port: 0 });
    const get = (signal?: AbortSignal): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}/`, signal === undefined ? {} : { signal });
    expect(await (await get()).text()).toBe('rs1\n');
    await server.setMode(502);
    expect((await get()).status).toBe(502);
    await server.setMode('silent');
    await expect(get(AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'TimeoutError' });
    await server.setMode('ok');
    expect((await get()).status).toBe(200);
    expect(server.requests()).toBe(4);
  });
});
