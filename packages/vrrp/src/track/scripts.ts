// Runs the track scripts at their intervals, a bounded number at a time, and tells what they amount to.
import type { VrrpScript } from '@vipward/config';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { VrrpLog } from '../runtime/log.ts';
import type { RunningScript, ScriptResult, StartScript } from './start-script.ts';
import { judge, unknownVerdict, type Verdict } from './verdict.ts';

export interface TrackScriptsParts {
  readonly start: StartScript;
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** Runs `fn` once the sockets have been read: starting a process takes milliseconds, and adverts go first. */
  readonly afterInput: (fn: () => void) => void;
  onVerdict(name: string, up: boolean): void;
  /** It cannot run at all: as keepalived, the instances go on without it. */
  onUnusable(name: string): void;
  /** Default 20. */
  readonly maxRunning?: number;
}

interface Tracked {
  script: VrrpScript;
  verdict: Verdict;
  phase: 'idle' | 'queued' | 'running';
  running: RunningScript | undefined;
  terminated: boolean;
  /** Its next turn came while it ran, which is said once for each run. */
  outlasted: boolean;
  lastStatus: number | undefined;
  cancelNext: Cancel;
  cancelTimeout: Cancel;
}

/** Between SIGTERM and SIGKILL, as keepalived. */
const grace: Millis = 2000;
const nothing = (): void => undefined;

export class TrackScripts {
  readonly #tracked = new Map<string, Tracked>();
  readonly #queue: Tracked[] = [];
  readonly #parts: TrackScriptsParts;
  #running = 0;
  #pumping = false;

  constructor(parts: TrackScriptsParts) {
    this.#parts = parts;
  }

  /** It runs, and there is no result yet. */
  isPending(name: string): boolean {
    return this.#tracked.has(name) && this.isUp(name) === undefined;
  }

  /** It runs, and has never ended; with init_fail, too. */
  isNew(name: string): boolean {
    return this.#tracked.get(name)?.verdict.is === 'unknown';
  }

  /** undefined: no result yet. init_fail counts as down from the start. */
  isUp(name: string): boolean | undefined {
    const tracked = this.#tracked.get(name);
    if (!tracked || tracked.verdict.is === 'unknown') return tracked?.script.initFail === true ? false : undefined;
    return tracked.verdict.is === 'up';
  }

  /** From now on these run. What was learned of a script stays, as in keepalived, even when its command changes. */
  set(scripts: readonly VrrpScript[]): void {
    const next = new Map(scripts.map((script) => [script.name, script]));
    for (const [name, tracked] of this.#tracked) {
      const script = next.get(name);
      if (script && sameCommand(script, tracked.script)) tracked.script = script;
      else {
        this.#drop(name, tracked);
        if (script) this.#begin(script, tracked.verdict);
      }
    }
    for (const script of scripts) if (!this.#tracked.has(script.name)) this.#begin(script, unknownVerdict);
  }

  stop(): void {
    for (const [name, tracked] of this.#tracked) this.#drop(name, tracked);
  }

  #begin(script: VrrpScript, verdict: Verdict): void {
    const tracked = fresh(script, verdict);
    this.#tracked.set(script.name, tracked);
    this.#due(tracked);
  }

  #drop(name: string, tracked: Tracked): void {
    this.#tracked.delete(name);
    tracked.cancelNext();
    tracked.cancelTimeout();
    if (tracked.running) this.#terminate(tracked, tracked.running);
  }

  // Intervals count from start to start; a run that is not over by then is not doubled.
  #due(tracked: Tracked): void {
    const { clock } = this.#parts;
    if (this.#tracked.get(tracked.script.name) !== tracked) return;
    tracked.cancelNext = clock.at(clock.now() + tracked.script.interval, () => this.#due(tracked));
    if (tracked.phase === 'running') this.#outlasted(tracked);
    if (tracked.phase !== 'idle') return;
    tracked.phase = 'queued';
    this.#queue.push(tracked);
    this.#pump();
  }

  #outlasted(tracked: Tracked): void {
    if (tracked.outlasted) return;
    tracked.outlasted = true;
    const what = tracked.terminated ? 'being timed out' : 'already running';
    this.#parts.log.info(`Track script ${tracked.script.name} is ${what}, expect idle - skipping run`);
  }

  // One process at a time, and the sockets are read between two of them.
  #pump(): void {
    if (this.#pumping || this.#queue.length === 0 || this.#running >= (this.#parts.maxRunning ?? 20)) return;
    this.#pumping = true;
    this.#parts.afterInput(() => {
      this.#pumping = false;
      const tracked = this.#queue.shift();
      if (tracked) this.#run(tracked);
      this.#pump();
    });
  }

  #run(tracked: Tracked): void {
    const { start, clock } = this.#parts;
    tracked.phase = 'idle';
    if (this.#tracked.get(tracked.script.name) !== tracked) return;
    const { script, timeout, interval } = tracked.script;
    const running = start(script, (result) => this.#ended(tracked, result));
    if (typeof running === 'string') {
      this.#unusable(tracked, running);
      return;
    }
    tracked.phase = 'running';
    tracked.running = running;
    this.#running++;
    tracked.terminated = false;
    tracked.outlasted = false;
    tracked.cancelTimeout = clock.at(clock.now() + (timeout ?? interval), () => {
      this.#terminate(tracked, running);
      this.#result(tracked, false, 'timed_out');
    });
  }

  #terminate(tracked: Tracked, running: RunningScript): void {
    const { clock } = this.#parts;
    tracked.terminated = true;
    running.signal('SIGTERM');
    tracked.cancelTimeout = clock.at(clock.now() + grace, () => running.signal('SIGKILL'));
  }

  #ended(tracked: Tracked, result: ScriptResult): void {
    tracked.cancelTimeout();
    tracked.cancelTimeout = nothing;
    // Children of a script that was told to go may have ignored it.
    if (tracked.terminated) tracked.running?.signal('SIGKILL');
    tracked.running = undefined;
    tracked.phase = 'idle';
    this.#running--;
    this.#pump();
    if (tracked.terminated || this.#tracked.get(tracked.script.name) !== tracked) return;
    switch (result.kind) {
      case 'exited':
        if (tracked.lastStatus !== undefined ? tracked.lastStatus !== result.status : result.status !== 0)
          this.#parts.log.info(`Script \`${tracked.script.name}\` now returning ${result.status}`);
        tracked.lastStatus = result.status;
        this.#result(tracked, result.status === 0, `failed (exited with status ${result.status})`);
        return;
      case 'signalled':
        this.#result(tracked, false, `failed (ended by ${result.signal})`);
        return;
      case 'not-started':
        if (tracked.verdict.is === 'unknown') this.#unusable(tracked, result.code);
        else this.#result(tracked, false, `failed (could not be started: ${result.code})`);
        return;
    }
  }

  #result(tracked: Tracked, good: boolean, words: string): void {
    const { name, rise = 1, fall = 1 } = tracked.script;
    const before = tracked.verdict.is;
    tracked.verdict = judge(tracked.verdict, good, { rise, fall });
    if (tracked.verdict.is === before) return;
    this.#parts.log.info(`VRRP_Script(${name}) ${good ? 'succeeded' : words}`);
    this.#parts.onVerdict(name, good);
  }

  // keepalived finds out when it reads the configuration, and disables the script with a line in the log.
  #unusable(tracked: Tracked, why: string): void {
    const { name, script } = tracked.script;
    this.#parts.log.error(`Disabling track script ${name}: ${script.argv[0] ?? ''} cannot be run: ${why}`);
    this.#drop(name, tracked);
    this.#parts.onUnusable(name);
  }
}

const fresh = (script: VrrpScript, verdict: Verdict): Tracked => ({
  script,
  verdict,
  phase: 'idle',
  running: undefined,
  terminated: false,
  outlasted: false,
  lastStatus: undefined,
  cancelNext: nothing,
  cancelTimeout: nothing,
});

const sameCommand = (a: VrrpScript, b: VrrpScript): boolean => JSON.stringify(a.script) === JSON.stringify(b.script);
