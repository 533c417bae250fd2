// BFD between objects: sockets that are lists, under a clock that stands still.
import type { BfdInstance } from '@vipward/config';
import { FakeClock } from '@vipward/testkit';
import type { BfdOptions, ControlPacket, MouthPlan, Received, WireListener } from '../../src/index.ts';
import { decodePacket, encodePacket, startBfd } from '../../src/index.ts';
import { ip, packet } from '../packet/golden.ts';

export const instance = (change: Partial<BfdInstance> = {}): BfdInstance => ({
  name: 'B1',
  neighbor: ip('10.9.0.2'),
  minRx: 100,
  minTx: 100,
  idleTx: 1000,
  multiplier: 5,
  passive: false,
  ttl: 255,
  maxHops: 0,
  multihop: false,
  weight: 0,
  reverse: false,
  reportTo: { vrrp: true, checker: true },
  at: { file: 'k.conf', line: 7, column: 1 },
  ...change,
});

export interface FakeMouth {
  readonly plan: Omit<MouthPlan, 'ports'>;
  readonly port: number;
  readonly sent: ControlPacket[];
  closed: boolean;
  broken: boolean;
}

export const running = (options: Partial<BfdOptions> = {}, clock = new FakeClock()) => {
  const ears = new Map<string, WireListener>();
  const mouths: FakeMouth[] = [];
  const lines: string[] = [];
  const reports: string[] = [];
  const later: (() => void)[] = [];
  const refuse = { ear: false, mouth: false };
  let draws = 0;
  const log = (text: string): void => void lines.push(text);
  const bfd = startBfd({
    instances: [instance()],
    clock,
    // Different every time, the same in every run.
    random: () => (draws++ * 0.618) % 1,
    log: { error: log, warning: log, info: log, detail: log },
    onReport: (name, up) => reports.push(`${name} ${up ? 'up' : 'down'}`),
    ...options,
    edges: {
      bootId: 'boot',
      afterInput: (fn) => void later.push(fn),
      openEar: (port, family, listener) => {
        if (refuse.ear) throw new Error('bind: EADDRINUSE');
        ears.set(`${port}/${family}`, listener);
        return { close: () => void ears.delete(`${port}/${family}`) };
      },
      openMouth: ({ ports, ...plan }) => {
        if (refuse.mouth) throw new Error('socket: EMFILE');
        for (const port of ports) {
          const mouth: FakeMouth = { plan, port, sent: [], closed: false, broken: false };
          mouths.push(mouth);
          return {
            port,
            send(payload) {
              if (mouth.broken) throw new Error('sendmsg: ENETUNREACH');
              const decoded = decodePacket(payload);
              if ('packet' in decoded) mouth.sent.push(decoded.packet);
            },
            close: () => {
              mouth.closed = true;
            },
          };
        }
        throw new Error('no port');
      },
      ...options.edges,
    },
  });
  const last = (at = -1): FakeMouth => {
    const mouth = mouths.at(at);
    if (mouth === undefined) throw new Error('nobody speaks');
    return mouth;
  };
  /** A packet from the neighbour, as it says it once it knows our discriminator. */
  const hear = (change: Partial<ControlPacket> = {}, around: Partial<Received> = {}): void => {
    const known = change.state === 'Init' || change.state === 'Up';
    const mine = last().sent.at(-1)?.myDiscriminator ?? 0;
    const whole = packet({ yourDiscriminator: known ? mine : 0, ...change });
    const { port = 3784 } = around;
    const received: Received = {
      from: ip('10.9.0.2'),
      to: ip('10.9.0.1'),
      fromPort: 50_000,
      ttl: 255,
      payload: encodePacket(whole),
      ...around,
      port,
    };
    ears.get(`${port}/${received.from.family}`)?.onPacket(received);
  };
  return {
    bfd,
    clock,
    ears,
    mouths,
    lines,
    reports,
    refuse,
    hear,
    last,
    /** What waits until the sockets have been read. */
    readInput: () => {
      for (const fn of later.splice(0)) fn();
    },
    comeUp: () => {
      hear();
      hear({ state: 'Up', desiredMinTx: 100_000 });
      hear({ state: 'Up', desiredMinTx: 100_000, final: true });
    },
  };
};
