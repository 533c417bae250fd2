// Named pipes come and go with the configuration, never hold anybody up, and end the programs that read them.
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import { createPipes, type OpenPipe, openSystemPipe, type PipeSettings, type ScriptResult } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-pipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const makeParts = ({ full = false } = {}) => {
  const said: string[] = [];
  const done: string[] = [];
  const readers: { argv: readonly string[]; ended: (result: ScriptResult) => void }[] = [];
  const state = { full };
  const open: OpenPipe = (path) => {
    done.push(`open ${path}`);
    return {
      write(line) {
        if (!state.full) done.push(`${path}: ${line.trim()}`);
        return !state.full;
      },
      close: () => void done.push(`close ${path}`),
    };
  };
  const clock = new FakeClock();
  const pipes = createPipes({
    open,
    clock,
    spawn: ({ argv }, ended) => {
      readers.push({ argv, ended });
      return { signal: (signal) => void done.push(`${argv[0]} ${signal}`) };
    },
    log: { warning: (text) => void said.push(text), info: (text) => void said.push(text) },
  });
  return { pipes, said, done, readers, clock, state };
};
const all: PipeSettings = { path: '/all', topics: ['vrrp', 'servers'] };
const servers: PipeSettings = { path: '/servers', topics: ['servers'] };

describe('pipes', () => {
  test('a line goes to the pipes of its topic', () => {
    const { pipes, done } = makeParts();
    pipes.configure([all, servers]);
    pipes.write('vrrp', 'a\n');
    pipes.write('servers', 'b\n');
    expect(done).toEqual(['open /all', 'open /servers', '/all: a', '/all: b', '/servers: b']);
  });

  test('a reload keeps what stays the same open, closes the rest, and the end closes all', () => {
    const { pipes, done } = makeParts();
    pipes.configure([all, servers]);
    pipes.configure([all, { ...servers, path: '/other' }]);
    pipes.close();
    expect(done).toEqual(['open /all', 'open /servers', 'close /servers', 'open /other', 'close /all', 'close /other']);
  });

  test('a full pipe is said once, and how much was lost when it is read again', () => {
    const { pipes, said, state } = makeParts({ full: true });
    pipes.configure([all]);
    pipes.write('vrrp', 'a\n');
    pipes.write('vrrp', 'b\n');
    state.full = false;
    pipes.write('vrrp', 'c\n');
    expect(said).toEqual([
      'Named pipe /all is full, since nobody reads it: lines are lost',
      'Named pipe /all is read again; 2 lines were lost',
    ]);
  });

  test('a reader gets the path as its last word, is terminated at the end, and killed when it stays', () => {
    const { pipes, done, readers, clock } = makeParts();
    pipes.configure([{ ...all, reader: { argv: ['/reader', 'x'] } }]);
    expect(readers[0]?.argv).toEqual(['/reader', 'x', '/all']);
    pipes.close();
    clock.advance(2000);
    expect(done).toEqual(['open /all', '/reader SIGTERM', 'close /all', '/reader SIGKILL']);
  });

  test('a reader that ends when told is not killed, whoever has its number then', () => {
    const { pipes, done, readers, clock } = makeParts();
    pipes.configure([{ ...all, reader: { argv: ['/reader'] } }]);
    pipes.close();
    readers[0]?.ended({ kind: 'signalled', signal: 'SIGTERM' });
    clock.advance(5000);
    expect(done).not.toContain('/reader SIGKILL');
  });

  test('a reader that dies is said, and started again by a reload', () => {
    const { pipes, said, readers } = makeParts();
    const wanted = [{ ...all, reader: { argv: ['/reader'] } }];
    pipes.configure(wanted);
    readers[0]?.ended({ kind: 'exited', status: 3 });
    expect(said).toEqual(['/reader, which reads /all, has ended (exit status 3); a reload starts it again']);
    pipes.configure(wanted);
    expect(readers).toHaveLength(2);
  });
});

describe('a pipe of the system', () => {
  test('is made with mode 600, keeps its lines until somebody reads, and goes at the end', () => {
    const path = join(folder, 'made');
    const pipe = openSystemPipe(path, undefined);
    expect(statSync(path).isFIFO()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(pipe.write('one\n')).toBe(true);
    expect(pipe.write('two\n')).toBe(true);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(100);
    expect(bytes.subarray(0, readSync(fd, bytes)).toString()).toBe('one\ntwo\n');
    closeSync(fd);
    pipe.close();
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('that nobody reads fills up and says so instead of waiting', () => {
    const pipe = openSystemPipe(join(folder, 'full'), undefined);
    const line = `${'x'.repeat(1000)}\n`;
    let written = 0;
    while (written < 1000 && pipe.write(line)) written += 1;
    expect(written).toBeGreaterThan(10);
    expect(written).toBeLessThan(1000);
    pipe.close();
  });

  test('that was there before stays, and a plain file of that name is refused', () => {
    const path = join(folder, 'kept');
    const first = openSystemPipe(path, undefined);
    openSystemPipe(path, undefined).close();
    expect(statSync(path).isFIFO()).toBe(true);
    first.close();
    writeFileSync(path, 'a file');
    expect(() => openSystemPipe(path, undefined)).toThrow('no named pipe');
  });
});
