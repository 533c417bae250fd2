// A host with nothing but BFD, for tests in a namespace: instances as JSON on the command line, orders on standard input.
import { createInterface } from 'node:readline';
import type { BfdInstance } from '@vipward/config';
import { parseIp } from '@vipward/config/address';
import { systemClock } from '@vipward/sockets';
import { startBfd } from '../../src/index.ts';

/** An instance as a test writes it: addresses as text. */
export interface Plan extends Partial<Omit<BfdInstance, 'neighbor' | 'source'>> {
  readonly neighbor: string;
  readonly source?: string;
}

const ip = (text: string) => {
  const address = parseIp(text);
  if (!address) throw new Error(`not an address: ${text}`);
  return address;
};

const instance = ({ neighbor, source, ...plan }: Plan): BfdInstance => ({
  name: 'B1',
  neighbor: ip(neighbor),
  minRx: 100,
  minTx: 100,
  idleTx: 1000,
  multiplier: 5,
  passive: false,
  ttl: neighbor.includes(':') ? 64 : 255,
  maxHops: 0,
  multihop: false,
  weight: 0,
  reverse: false,
  reportTo: { vrrp: true, checker: true },
  at: { file: 'test.conf', line: 3, column: 1 },
  ...(source === undefined ? {} : { source: ip(source) }),
  ...plan,
});

/** `TIME event ...`, TIME on the clock that all processes of a boot share, ms. */
const say = (...words: readonly string[]): void => console.log(systemClock.now().toFixed(3), ...words);
const log = (level: string) => (text: string) => say('log', level, text);

const main = ([plans = '[]', stateFile = '']: readonly string[]): void => {
  const bfd = startBfd({
    instances: JSON.parse(plans).map(instance),
    clock: systemClock,
    random: Math.random,
    log: { error: log('error'), warning: log('warning'), info: log('info'), detail: log('detail') },
    onReport: (name, up) => say('report', name, up ? 'up' : 'down'),
    ...(stateFile === '' ? {} : { stateFile }),
  });
  say('started');
  const stop = (): void => {
    bfd.stop();
    say('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'states') say('states', JSON.stringify(bfd.states()));
    else {
      bfd.reload(JSON.parse(line).map(instance));
      say('reloaded');
    }
  });
};

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
