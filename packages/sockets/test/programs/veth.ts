// A pair of links, so-a and so-b, in the fresh network namespace that the program runs in.
import { execFileSync } from 'node:child_process';

/** Runs ip(8) with these words. */
export function ip(words: string): string {
  return execFileSync('ip', words.split(' '), { encoding: 'utf8' });
}

export function makeVeth(): void {
  ip('link set lo up');
  ip('link add so-a type veth peer name so-b');
  ip('address add 10.9.0.1/24 dev so-a');
  ip('-6 address add fe80::a/64 dev so-a nodad');
  ip('link set so-a up');
  ip('link set so-b up');
}

/** /sys still shows the namespace that the process came from, so ip is asked. */
export function indexOf(name: string): number {
  const index = /^(\d+):/.exec(ip(`-o link show ${name}`))?.[1];
  if (index === undefined) throw new Error(`no link ${name}`);
  return Number(index);
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
