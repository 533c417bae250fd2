// Calls every native function with whatever comes, and checks that the answer is a number or a refusal. Arguments: seed, runs.
import fc from 'fast-check';
import { type Addon, addon } from '../../src/addon.ts';
import { AF_INET, AF_NETLINK, AF_UNIX, SOCK_DGRAM, sockaddrIn } from '../../src/index.ts';

const native = addon();
const [, , seed = '1', runs = '2000'] = process.argv;
const NETLINK_USERSOCK = 2; // reaches no part of the kernel

// Getters and callbacks that act behind the native code's back need the sockets of the run.
let live: number[] = [];
const closed = native.open(AF_INET, SOCK_DGRAM, 0);
native.close(closed);

function openSome(): number[] {
  const udp = native.open(AF_INET, SOCK_DGRAM, 0);
  native.bind(udp, sockaddrIn(Uint8Array.of(127, 0, 0, 1)));
  return [udp, native.open(AF_UNIX, SOCK_DGRAM, 0), native.open(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK)];
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(100_000);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function detachedMeta(): Int32Array {
  const numbers = new Int32Array(4);
  structuredClone(numbers.buffer, { transfer: [numbers.buffer] });
  return numbers;
}

/** Stands for a socket of the run, which does not exist yet when the arguments are made. */
class Live {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

/** An array whose second element, when it is read, detaches the first and closes a socket. */
function treacherous(): unknown[] {
  const first = new Uint8Array(50_000);
  const list: unknown[] = [first];
  Object.defineProperty(list, 1, {
    enumerable: true,
    get() {
      structuredClone(first.buffer, { transfer: [first.buffer] });
      for (const handle of live) native.close(handle);
      return new Uint8Array(8);
    },
  });
  return list;
}

function throwing(): unknown[] {
  return Object.defineProperty([], 0, {
    get() {
      throw new TypeError('from a getter');
    },
  });
}

// A destination never leaves this machine, and a level and option are among those that only touch the socket itself.
const address = fc.oneof(
  fc.nat({ max: 140 }).map((length) => {
    const bytes = new Uint8Array(length);
    bytes.set(sockaddrIn(Uint8Array.of(127, 0, 0, 1), 9).subarray(0, length));
    return bytes;
  }),
  fc.nat({ max: 140 }).map((length) => new Uint8Array(length).fill(1)),
);
const anything = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 3 }).map((i) => new Live(i)) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 70 }) },
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 16, 2 ** 48, -(2 ** 53), 65536 * 2 + 1, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom(undefined, null, true, '', '1', 10n, Symbol('s'), {}, [], () => {}),
  { weight: 3, arbitrary: address },
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    new Int32Array(4),
    new Int32Array(3),
    new Int32Array(0),
    new Float64Array(4),
    new DataView(new ArrayBuffer(8)),
  ),
  fc.constantFrom(
    new ArrayBuffer(8),
    new Uint8Array(new SharedArrayBuffer(64)),
    new Uint8ClampedArray(8),
    new Uint8Array(70_000),
  ),
  fc.constant(null).map(detached),
  fc.constant(null).map(detachedMeta),
  fc.array(fc.oneof(fc.uint8Array(), fc.constant('no bytes'), fc.constant(null).map(detached)), { maxLength: 4 }),
  fc.nat({ max: 1100 }).map((length) => Array.from({ length }, () => new Uint8Array(1))),
  fc.constant(null).map(() => new Array(2 ** 32 - 1)),
  fc.constant(null).map(treacherous),
  fc.constant(null).map(throwing),
  fc.constant(null).map(() => new Proxy([new Uint8Array(1)], {})),
);
const level = fc.constantFrom(0, 1, 17, 41, 263, 270);
const optionCall = fc.tuple(
  fc.nat({ max: 2 }),
  level,
  fc.nat({ max: 60 }),
  fc.oneof(fc.uint8Array({ maxLength: 70 }), address),
);

type Call = readonly [keyof Addon, readonly unknown[]];
// A number may be the thread of another process, and a handler stays.
const lasting: readonly string[] = ['setScheduler', 'setAffinity', 'setLimit', 'onSignal'];
const names = Object.keys(native).filter((name): name is keyof Addon => name in native && !lasting.includes(name));
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...names), fc.array(anything, { maxLength: 7 })) },
  fc.tuple(
    fc.constant('open' as const),
    fc.tuple(fc.constantFrom(AF_UNIX, AF_INET, 3, 250, -1), fc.integer({ min: 0, max: 12 }), fc.nat({ max: 20 })),
  ),
  fc.tuple(
    fc.constantFrom('getOption' as const, 'setOption' as const),
    optionCall.map(([i, ...rest]) => [new Live(i), ...rest]),
  ),
  fc.tuple(
    fc.constant('listen' as const),
    fc
      .tuple(
        fc.nat({ max: 2 }),
        fc.constantFrom(127, 128, 129, 200, 400),
        fc.constantFrom(3, 4, 5),
        fc.nat({ max: 300 }),
        fc.nat({ max: 300 }),
      )
      .map(([i, arena, meta, data, control]) => [
        new Live(i),
        new Uint8Array(arena),
        new Int32Array(meta),
        data,
        control,
        () => {},
      ]),
  ),
  fc.tuple(
    fc.constant('send' as const),
    fc.tuple(
      fc.nat({ max: 2 }).map((i) => new Live(i)),
      fc.array(fc.uint8Array(), { maxLength: 5 }),
      address,
      anything,
    ),
  ),
);

function perform([name, args]: Call): void {
  const real = args.map((arg) => (arg instanceof Live ? (live[arg.index] ?? closed) : arg));
  let result: unknown;
  try {
    result = Reflect.apply(native[name], native, real);
  } catch (error) {
    if (
      error instanceof TypeError &&
      (Reflect.get(error, 'code') === 'SOCKETS_BAD_ARGUMENT' || error.message === 'from a getter')
    )
      return;
    throw error;
  }
  if (typeof result !== 'number' || !Number.isInteger(result)) throw new Error(`${name} answered ${String(result)}`);
  if ((name === 'open' || name === 'adopt' || name === 'alarm') && result >= 0) live.push(result);
  // A released descriptor has nobody else to close it.
  if (name === 'release' && result >= 0) native.closeDescriptor(result);
}

await fc.assert(
  fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
    live = openSome();
    for (const one of calls) perform(one);
    // Whatever listens now meets real datagrams.
    await new Promise((resolve) => setImmediate(resolve));
    for (const handle of live) native.close(handle);
  }),
  { seed: Number(seed), numRuns: Number(runs) },
);
console.log('still here');
