// The world of the step scenarios: one host of real servers, and pairs of directors, keepalived and ours, that see the same ones.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logged, type Netns, run, type Topology, topology } from '@vipward/testkit';

export interface World extends AsyncDisposable {
  readonly servers: Servers;
  /** Directors that no scenario uses; a scenario takes a pair and gives it back. */
  readonly pairs: Pair[];
}

/** Two namespaces without anything in their tables. */
export interface Pair {
  readonly keepalived: Place;
  readonly vipward: Place;
}

export interface Place {
  readonly host: Netns;
  /** The kernel's own listing of its table, which costs no process: good for seeing that something has changed. */
  listing(): string;
}

export interface Servers {
  /** Opens or changes a server, such as 'http 10.0.0.1 80'; gives the host the address when it is new. */
  set(kind: string, address: string, port: string, settings: Readonly<Record<string, string>>): Promise<void>;
  /** Nobody listens there any more: connections are refused. */
  gone(kind: string, address: string, port: string): Promise<void>;
  /** The host has not this address any more, and says nothing about it. */
  silent(address: string): Promise<void>;
  heard(address: string): Promise<void>;
}

export const openWorld = async (pairs: number): Promise<World> => {
  const numbers = Array.from({ length: pairs }, (_, i) => i + 1);
  const director = (host: number): { links: object; routes: readonly string[] } => ({
    links: { eth0: { addresses: [`10.83.0.${host}/24`, `fd83::${host}/64`] } },
    routes: ['default via 10.83.0.1', '::/0 via fd83::1'],
  });
  const net: Topology<string> = await topology({
    prefix: 'st',
    hosts: {
      servers: ['10.83.0.1/24', 'fd83::1/64'],
      ...Object.fromEntries(
        numbers.flatMap((n) => [
          [`k${n}`, director(10 + n)],
          [`v${n}`, director(50 + n)],
        ]),
      ),
    },
  });
  const host = (name: string): Netns => {
    const found = net.hosts[name];
    if (found === undefined) throw new RangeError(`no host ${name}`);
    return found;
  };
  return {
    servers: await openServers(host('servers')),
    pairs: numbers.map((n) => ({ keepalived: place(host(`k${n}`)), vipward: place(host(`v${n}`)) })),
    [Symbol.asyncDispose]: () => net.delete(),
  };
};

const place = (host: Netns): Place => {
  const { pid } = host.spawn('sleep', ['100000']);
  return { host, listing: () => readFileSync(`/proc/${pid}/net/ip_vs`, 'utf8') };
};

const openServers = async (host: Netns): Promise<Servers> => {
  const folder = host.folder('servers-');
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=servers', '-keyout', key, '-out', certificate];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject]);
  const script = fileURLToPath(new URL('./servers.mjs', import.meta.url));
  const program: Logged = host.spawn(process.execPath, [script, key, certificate]);
  await program.waitFor('ready', { timeout: 30_000 });

  const addresses = new Set<string>();
  const addressCommand = (word: 'add' | 'del', address: string): Promise<string> =>
    host.ip(`addr ${word} ${address}/${address.includes(':') ? '128' : '32'} dev lo`);
  let number = 0;
  const tell = async (line: string): Promise<void> => {
    number += 1;
    const of = number;
    const from = program.log().length;
    program.write(`${of} ${line}`);
    const said = await program.waitFor(new RegExp(`(done|failed) ${of}\\..*`), { timeout: 30_000, from });
    if (said.startsWith('failed')) throw new Error(said);
  };
  return {
    async set(kind, address, port, settings) {
      if (!addresses.has(address)) {
        addresses.add(address);
        await addressCommand('add', address);
      }
      await tell(`${kind} ${address} ${port} ${JSON.stringify(settings)}`);
    },
    gone: (kind, address, port) => tell(`gone ${kind} ${address} ${port}`),
    async silent(address) {
      await addressCommand('del', address);
    },
    async heard(address) {
      await addressCommand('add', address);
    },
  };
};

/** A folder of its own for a scenario's files: tracked files, and a script whose status is the number in its file. */
export const openFolder = (host: Netns): string => {
  const folder = host.folder('steps-');
  writeFileSync(join(folder, 'status.sh'), '#!/bin/sh\nread -r status <"$1"\nexit "$status"\n', { mode: 0o755 });
  return folder;
};
