// One case of the matrix, played in namespaces of its own: who is master when, for how long two are, and what scripts are told.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import { addressOf, type Case, configOf, intervalOf, skewOf } from './matrix.ts';

/** As a user starts it; the tests of this package import nothing of it. */
const vipward = fileURLToPath(new URL('../../../cli/bin/vipward', import.meta.url));

export interface Played {
  /** States in the order in which the notify script was told them, over all runs of that side. */
  readonly better: readonly string[];
  readonly other: readonly string[];
  /** The longest time in which both had the address and were alive, ms. */
  readonly together: number;
  /** From the end of a master to the address on the other: the time that the protocol gives it, and what it took, ms. */
  readonly handOvers: readonly { readonly what: string; readonly due: number; readonly took: number }[];
}

type Who = 'better' | 'other';
const PRIORITY = { better: 120, other: 100 } as const;

/** Rejects with what did not happen in time, and both logs. */
export const play = async (one: Case): Promise<Played> => {
  const folder = mkdtempSync(join(tmpdir(), 'vipward-matrix-'));
  const net = await topology({
    prefix: 'vm',
    hosts: { a: ['10.78.0.1/24', 'fd00:78::1/64'], b: ['10.78.0.2/24', 'fd00:78::2/64'] },
  });
  const sides = { better: new Side(one, 'better', net, folder), other: new Side(one, 'other', net, folder) };
  try {
    return await perform(one, sides);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${text}\n--- better:\n${sides.better.log()}\n--- other:\n${sides.other.log()}`);
  } finally {
    await net.delete();
    rmSync(folder, { recursive: true, force: true });
  }
};

const perform = async (one: Case, { better, other }: Record<Who, Side>): Promise<Played> => {
  const handOvers: Played['handOvers'][number][] = [];
  const handOver = async (from: Side, to: Side, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const at = await from.end(signal);
    const due = skewOf(one, to.priority) + (signal === 'SIGKILL' ? 3 * intervalOf(one) : 0);
    handOvers.push({ what: `${signal} of ${from.program}`, due, took: (await to.owns(at)) - at });
  };
  /** The one who comes back is heard, and takes the address or leaves it. */
  const comesBack = async (back: Side, master: Side): Promise<void> => {
    const at = back.start();
    await back.says('Entering BACKUP STATE', at);
    if (one.preemption === 'nopreempt' || back === other) {
      await sleep(4.5 * intervalOf(one) + skewOf(one, back.priority));
      if (back.hasIt() || !master.hasIt()) throw new Error(`${back.program} has taken the address of a master`);
      return;
    }
    await back.owns(at);
    await master.lost(at);
    await sleep(2 * intervalOf(one));
    if (!back.hasIt() || master.hasIt()) throw new Error(`${back.program} did not keep the address`);
  };

  const begun = await better.watch();
  await other.watch();
  other.start();
  await other.owns(begun);
  await comesBack(better, other);
  if (one.preemption === 'nopreempt') {
    await handOver(other, better, 'SIGTERM');
    await comesBack(other, better);
  }
  await handOver(better, other, 'SIGKILL');
  await comesBack(better, other);
  if (one.preemption === 'nopreempt') await handOver(other, better, 'SIGTERM');
  else await handOver(better, other, 'SIGTERM');
  // keepalived starts its scripts side by side: one that is told of the end could overtake the one before.
  await sleep(300);
  await Promise.all([better.finish(), other.finish()]);
  return { better: better.told(), other: other.told(), together: longestTogether(better, other), handOvers };
};

interface Event {
  /** ms since 1970 */
  readonly at: number;
  readonly added: boolean;
}

class Side {
  readonly program: Case['better'];
  readonly priority: number;
  readonly #host: 'a' | 'b';
  readonly #net: Topology<'a' | 'b'>;
  readonly #place: string;
  readonly #file: string;
  readonly #vip: string;
  readonly #logs: { readonly at: number; readonly run: Logged }[] = [];
  readonly #ends: number[] = [];
  #monitor: Logged | undefined;
  #running = false;

  constructor(one: Case, who: Who, net: Topology<'a' | 'b'>, folder: string) {
    const others = { vipward: 'keepalived', keepalived: 'vipward' } as const;
    this.program = who === 'better' ? one.better : others[one.better];
    this.priority = PRIORITY[who];
    this.#host = this.program === 'vipward' ? 'a' : 'b';
    this.#net = net;
    this.#place = join(folder, this.program);
    this.#file = `${this.#place}.conf`;
    this.#vip = ` ${addressOf(one)}/`;
    const script = `${this.#place}.sh`;
    writeFileSync(script, `#!/bin/sh\necho "$3" >>${this.#place}.told\n`, { mode: 0o755 });
    writeFileSync(`${this.#place}.told`, '');
    writeFileSync(this.#file, configOf(one, this.#host === 'a' ? 1 : 2, this.priority, script));
  }

  /** Every event of an address from here on; gives the moment. */
  async watch(): Promise<number> {
    this.#monitor = this.#net.hosts[this.#host].spawn('ip', ['-ts', '-o', 'monitor', 'address'], {
      env: { ...process.env, TZ: 'UTC' },
      logFile: `${this.#place}.addresses`,
    });
    await sleep(100);
    return Date.now();
  }

  start(): number {
    const at = Date.now();
    // The pid files of a killed one must not be believed.
    const pid = (role: string): string => `${this.#place}.${this.#logs.length}.${role}.pid`;
    const words = ['-n', '-l', '-D', '-P', '-f', this.#file, '-p', pid('main'), '-r', pid('vrrp')];
    const host = this.#net.hosts[this.#host];
    const run =
      this.program === 'vipward' ? host.spawn(vipward, ['keepalived', ...words]) : host.spawn('keepalived', words);
    this.#logs.push({ at, run });
    this.#running = true;
    return at;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    const run = this.#logs.at(-1)?.run;
    const at = Date.now();
    this.#running = false;
    if (signal === 'SIGKILL') {
      run?.killAll('SIGKILL');
      this.#ends.push(at);
    } else run?.kill('SIGTERM');
    await run?.ended;
    return at;
  }

  async finish(): Promise<void> {
    if (this.#running) await this.end('SIGTERM');
    await this.#monitor?.stop();
  }

  async says(text: string, from: number): Promise<void> {
    await this.#logs.find(({ at }) => at >= from)?.run.waitFor(text, { timeout: 30_000 });
  }

  /** When it got the address. */
  owns(from: number): Promise<number> {
    return this.#event(true, from);
  }

  lost(from: number): Promise<number> {
    return this.#event(false, from);
  }

  async #event(added: boolean, from: number): Promise<number> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const event = this.events().find((one) => one.added === added && one.at >= from);
      if (event) return event.at;
      if (Date.now() > deadline) throw new Error(`${this.program} did not ${added ? 'get' : 'give up'} the address`);
      await sleep(20);
    }
  }

  hasIt(): boolean {
    return this.events().at(-1)?.added === true;
  }

  events(): readonly Event[] {
    const lines = (this.#monitor?.log() ?? '').split('\n').filter((line) => line.includes(this.#vip));
    return lines.flatMap((line) => {
      const [, stamp = '', deleted] = /^\[([^\]]+)\] (Deleted )?/.exec(line) ?? [];
      const [seconds, fraction = '0'] = stamp.split('.');
      const at = Date.parse(`${seconds}Z`) + Number(`0.${fraction}`) * 1000;
      return Number.isNaN(at) ? [] : [{ at, added: deleted === undefined }];
    });
  }

  /** While it was alive. */
  spans(): readonly (readonly [number, number])[] {
    const spans: [number, number][] = [];
    let from: number | undefined;
    for (const { at, added } of this.events()) {
      if (added) from ??= at;
      if (added || from === undefined) continue;
      const begun = from;
      spans.push([begun, Math.min(at, ...this.#ends.filter((end) => end > begun))]);
      from = undefined;
    }
    return spans;
  }

  told(): readonly string[] {
    return readFileSync(`${this.#place}.told`, 'utf8').split('\n').slice(0, -1);
  }

  log(): string {
    return this.#logs.map(({ run }) => run.log()).join('--- again\n');
  }
}

const longestTogether = (a: Side, b: Side): number =>
  Math.max(
    0,
    ...a
      .spans()
      .flatMap(([from, to]) => b.spans().map(([begins, ends]) => Math.min(to, ends) - Math.max(from, begins))),
  );
