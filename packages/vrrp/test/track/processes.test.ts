// Tracked processes: a look at all, then news of each; quorum and its delays; what happens when news are lost or there are none.
import { describe, expect, test } from '@jest/globals';
import type { TrackProcess } from '@vipward/config';
import { FakeClock } from '@vipward/testkit';
import type { ProcessNews, ProcessSource } from '../../src/index.ts';
import { TrackProcesses } from '../../src/track/processes.ts';
import { instance, running } from '../runtime/fake-edges.ts';
import { trackProcess } from './make.ts';

/** A host of processes that a test holds in its hand. */
const host = ({ silent = false } = {}) => {
  const names = new Map<number, string>();
  let listener: Parameters<ProcessSource['watch']>[0] | undefined;
  const source: ProcessSource = {
    watch(wanted) {
      if (silent) throw new Error('sendmsg: ECONNREFUSED');
      listener = wanted;
      return () => {
        listener = undefined;
      };
    },
    list: () => [...names.keys()],
    read: (pid) => {
      const name = names.get(pid);
      return name === undefined ? undefined : { name, commandLine: [`/bin/${name}`] };
    },
  };
  const tell = (news: ProcessNews): void => listener?.onNews(news);
  return {
    source,
    names,
    isWatched: () => listener !== undefined,
    lose: () => listener?.onLost(),
    begin(pid: number, name: string, { told = true } = {}) {
      names.set(pid, name);
      if (told) tell({ kind: 'exec', pid });
    },
    end(pid: number, { told = true } = {}) {
      names.delete(pid);
      if (told) tell({ kind: 'exit', pid });
    },
    fork(parent: number, child: number) {
      names.set(child, names.get(parent) ?? '');
      tell({ kind: 'fork', parent, child });
    },
    rename(pid: number, name: string) {
      names.set(pid, name);
      tell({ kind: 'renamed', pid, name });
    },
  };
};

const following = async (tracks: readonly TrackProcess[], on = host(), afterInput = (fn: () => void) => fn()) => {
  const clock = new FakeClock();
  const told: string[] = [];
  const lines: string[] = [];
  const log = (text: string): void => void lines.push(text);
  const processes = new TrackProcesses({
    source: on.source,
    clock,
    log: { error: log, warning: log, info: log, detail: log },
    afterInput,
    onQuorum: (name, up) => void told.push(`${name} ${up}`),
  });
  await processes.set(tracks);
  return { ...on, processes, clock, told, lines };
};

describe('a quorum of one', () => {
  test('what runs already is known at once and nothing is told', async () => {
    const on = host();
    on.begin(7, 'nginx');
    const { processes, told } = await following([trackProcess()], on);
    expect(processes.isUp('p')).toBe(true);
    expect(told).toEqual([]);
  });

  test('a process that begins, another beside it, and the last that ends', async () => {
    const { begin, fork, end, told, lines } = await following([trackProcess()]);
    begin(7, 'bash');
    expect(told).toEqual([]);
    begin(7, 'nginx');
    fork(7, 8);
    fork(8, 9);
    end(7);
    end(8);
    expect(told).toEqual(['p true']);
    end(9);
    expect(told).toEqual(['p true', 'p false']);
    expect(lines).toEqual(['Quorum gained for tracked process p', 'Quorum lost for tracked process p']);
  });

  test('a program that names itself, and one that becomes another', async () => {
    const { begin, rename, told } = await following([trackProcess()]);
    begin(7, 'perl');
    rename(7, 'nginx');
    begin(7, 'sh');
    expect(told).toEqual(['p true', 'p false']);
  });

  test('a new name is nothing to who looks at the command line', async () => {
    const full = trackProcess({ process: '/bin/nginx', fullCommand: true });
    const { begin, rename, told } = await following([full]);
    begin(7, 'nginx');
    rename(7, 'worker');
    expect(told).toEqual(['p true']);
  });
});

describe('quorum and delays', () => {
  const track = trackProcess({ quorum: 1, quorumMax: 2, forkDelay: 600, terminateDelay: 1600 });

  test('one more counts after fork_delay, one less after terminate_delay, on both borders', async () => {
    const { begin, end, clock, told } = await following([track]);
    begin(1, 'nginx');
    await clock.run(590);
    expect(told).toEqual([]);
    await clock.run(20);
    expect(told).toEqual(['p true']);
    begin(2, 'nginx');
    begin(3, 'nginx');
    await clock.run(610);
    expect(told).toEqual(['p true', 'p false']);
    end(3);
    await clock.run(1590);
    expect(told.length).toBe(2);
    await clock.run(20);
    expect(told).toEqual(['p true', 'p false', 'p true']);
  });

  test('what is over before its delay is never told', async () => {
    const { begin, end, clock, told } = await following([track]);
    begin(1, 'nginx');
    await clock.run(300);
    end(1);
    await clock.run(5000);
    expect(told).toEqual([]);
  });

  test('quorum_max 0: none may run', async () => {
    const { processes, begin, end, told } = await following([trackProcess({ quorum: 0, quorumMax: 0 })]);
    expect(processes.isUp('p')).toBe(true);
    begin(1, 'nginx');
    end(1);
    expect(told).toEqual(['p false', 'p true']);
  });
});

describe('what can go wrong', () => {
  test('lost news: all are looked at again', async () => {
    const { begin, end, lose, told } = await following([trackProcess()]);
    begin(1, 'nginx', { told: false });
    lose();
    await Promise.resolve();
    await new Promise((done) => setImmediate(done));
    expect(told).toEqual(['p true']);
    end(1, { told: false });
    lose();
    await new Promise((done) => setImmediate(done));
    expect(told).toEqual(['p true', 'p false']);
  });

  test('what happens while all are looked at is neither lost nor undone', async () => {
    const on = host();
    for (let pid = 1; pid <= 100; pid++) on.begin(pid, pid === 2 ? 'nginx' : 'sh');
    const waiting: (() => void)[] = [];
    const soon = following([trackProcess({ quorum: 2 })], on, (fn) => void waiting.push(fn));
    // The first slice has been looked at.
    on.end(2);
    on.begin(101, 'nginx');
    on.fork(101, 102);
    on.begin(90, 'nginx');
    on.end(90);
    while (waiting.length > 0) {
      waiting.shift()?.();
      await new Promise((done) => setImmediate(done));
    }
    const { processes, told } = await soon;
    expect(processes.isUp('p')).toBe(true);
    on.end(102);
    expect(told).toEqual(['p false']);
  });

  test('where the kernel does not tell, all are looked at every second, and it is said', async () => {
    const { begin, end, clock, told, lines } = await following([trackProcess()], host({ silent: true }));
    expect(lines[0]).toContain('The kernel does not tell of processes here (sendmsg: ECONNREFUSED)');
    begin(1, 'nginx');
    await clock.run(1100);
    expect(told).toEqual(['p true']);
    end(1);
    await clock.run(1100);
    expect(told).toEqual(['p true', 'p false']);
  });

  test('a reload that tracks nothing any more ends it all', async () => {
    const { processes, isWatched } = await following([trackProcess()]);
    expect(isWatched()).toBe(true);
    await processes.set([]);
    expect(isWatched()).toBe(false);
  });
});

describe('an instance', () => {
  const at = { file: 'k.conf', line: 9, column: 1 };
  const watching = async (track: Partial<TrackProcess>, weight?: number) => {
    const on = host();
    const item = { name: 'p', at, ...(weight === undefined ? {} : { weight }) };
    const options = {
      instances: [instance({ trackProcesses: [item] })],
      tracking: { processes: [trackProcess(track)] },
    };
    return { ...(await running(options, undefined, on.source)), ...on };
  };

  test('is in FAULT until it runs', async () => {
    const { runtime, begin, end, events } = await watching({});
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    begin(1, 'nginx');
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
    end(1);
    expect(events).toEqual(['FAULT', 'BACKUP', 'FAULT']);
  });

  test('has another priority with a weight', async () => {
    const { runtime, begin, lines, events } = await watching({}, 20);
    expect(runtime.states()).toMatchObject([{ role: 'backup', priority: 100 }]);
    begin(1, 'nginx');
    expect(runtime.states()).toMatchObject([{ role: 'backup', priority: 120 }]);
    expect(lines).toContain('(VI_1) Changing effective priority from 100 to 120');
    expect(events).toEqual(['BACKUP', 'BACKUP_PRIORITY']);
  });
});
