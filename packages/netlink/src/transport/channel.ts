// Requests and replies over one transport: sequence numbers, limits, deadlines, and a fresh socket after a failure.
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import { controlType, decodeMessages, type Message, visitMessages } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import { ArenaPool, packetLimits, requestsAtLeast, seal } from './packet.ts';
import { type Flight, type Interruption, indexIn, isIn, type Parcel, takeReply } from './parcel.ts';
import type { NetlinkTransport, OpenTransport } from './transport.ts';

export interface ChannelOptions {
  readonly protocol: number;
  readonly open: OpenTransport;
  readonly clock: Clock;
  /** How long one datagram's replies may take, in ms. */
  readonly timeout: Millis;
  /** Gets every message that goes out ('>') or comes in ('<'). */
  readonly trace?: ((direction: '>' | '<', message: Message) => void) | undefined;
}

/** Datagrams under way at most, whatever the receive buffer holds. */
const maxFlights = 32;
/** Room in the receive buffer that the answer to one request may take: a reply of one page, and its ACK. */
const roomPerFlight = 8192;
/** Room that a refusal takes, the echoed request included. */
const roomPerRequest = 2048;
/** A reply may lie in the socket while the process was stopped: timers run before sockets are read. In ms. */
const grace = 50;

/** Sends parcels in the order they were posted. Every parcel ends, whatever happens to the socket. */
export class Channel {
  /** For the packets of its batches. */
  readonly arenas = new ArenaPool();
  /** Datagrams that have come so far. */
  received = 0;
  readonly #options: ChannelOptions;
  #state: 'idle' | 'opening' | 'open' | 'closed' = 'idle';
  #transport: NetlinkTransport | undefined;
  #generation = 0;
  #sequence = 1;
  #waiting: Parcel[] = [];
  #flights = new Map<Flight, Cancel>();
  #latest: Flight | undefined;
  #pumping = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** How many requests go into one datagram: of two of them every refusal fits the receive buffer. */
  get requestsAtOnce(): number {
    const fitting = Math.floor((this.#transport?.receiveBuffer ?? 0) / (2 * roomPerRequest));
    return Math.min(packetLimits.requests, Math.max(requestsAtLeast, fitting));
  }

  post(parcel: Parcel): void {
    if (this.#state === 'closed') {
      parcel.onEnd(closed);
    } else {
      this.#waiting.push(parcel);
      this.#pump();
    }
  }

  /** Ends every parcel with NETLINK_CLOSED. */
  close(): void {
    this.#state = 'closed';
    this.#drop(closed, true);
  }

  #pump(): void {
    // Answers that come while something is sent lead back here; the loop below goes on by itself.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      do this.#sendWaiting();
      while (this.#state === 'idle' && this.#waiting.length > 0);
    } finally {
      this.#pumping = false;
    }
  }

  #sendWaiting(): void {
    if (this.#state === 'idle') this.#open();
    while (this.#state === 'open' && this.#transport !== undefined) {
      const next = this.#waiting[0];
      if (next === undefined || !this.#hasRoom(next, this.#transport)) return;
      this.#waiting.shift();
      this.#send(next, this.#transport);
    }
  }

  #hasRoom(next: Parcel, { receiveBuffer }: NetlinkTransport): boolean {
    if (this.#flights.size === 0) return true;
    const flying = [...this.#flights.keys()];
    if (next.dump || flying.some(({ parcel }) => parcel.dump)) return false;
    const requests = flying.reduce((sum, { parcel }) => sum + parcel.packet.offsets.length, next.packet.offsets.length);
    const flights = flying.length + 1;
    return flights <= maxFlights && flights * roomPerFlight + requests * roomPerRequest <= receiveBuffer;
  }

  #send(parcel: Parcel, transport: NetlinkTransport): void {
    const flight: Flight = { parcel, first: this.#sequence };
    this.#sequence = (this.#sequence + parcel.packet.offsets.length) >>> 0;
    try {
      const datagram = seal(parcel.packet, flight.first, parcel.dump);
      if (this.#options.trace !== undefined)
        for (const message of decodeMessages(datagram)) this.#options.trace('>', message);
      transport.send([datagram]);
    } catch (error) {
      parcel.onEnd(failedToSend(error));
      return;
    }
    this.#flights.set(flight, noDeadline);
    while (this.#flights.has(flight) && transport.receiveNow?.());
    // The kernel works while sendmsg(2) runs, which may take long: the deadline counts from its end.
    if (this.#flights.has(flight)) this.#flights.set(flight, this.#deadline(flight, this.#options.timeout, grace));
  }

  #deadline(flight: Flight, wait: Millis, more: Millis): Cancel {
    const { clock, timeout } = this.#options;
    return clock.at(clock.now() + wait, () => {
      if (!this.#flights.has(flight)) return;
      if (more > 0) this.#flights.set(flight, this.#deadline(flight, more, 0));
      else this.#reset(timedOut(timeout));
    });
  }

  #receive(datagram: Uint8Array): void {
    this.received += 1;
    try {
      const taken = this.#takeRun(datagram);
      if (taken < datagram.length) visitMessages(datagram, this.#take, taken);
    } catch (error) {
      // Nobody can say whose replies were in there.
      this.#reset(undecodable(error));
    }
    this.#pump();
  }

  // A dump is alone on its socket, so what it takes from the datagram's begin was for it.
  #takeRun(datagram: Uint8Array): number {
    if (this.#flights.size !== 1 || this.#options.trace !== undefined) return 0;
    for (const { parcel, first } of this.#flights.keys())
      if (parcel.dump) return parcel.onDatagram?.(datagram, first) ?? 0;
    return 0;
  }

  readonly #take = (message: Message): void => {
    this.#options.trace?.('<', message);
    if (message.type === controlType.overrun) this.#reset(overrun);
    else this.#deliver(message);
  };

  #deliver(message: Message): void {
    const flight = this.#flightOf(message.sequence);
    // A reply to a request that has been given up.
    if (flight === undefined) return;
    if (!takeReply(flight, indexIn(flight, message.sequence), message)) return;
    this.#flights.get(flight)?.();
    this.#flights.delete(flight);
    flight.parcel.onEnd(undefined);
  }

  #flightOf(sequence: number): Flight | undefined {
    // Mostly the one of the message before.
    const latest = this.#latest;
    if (latest !== undefined && isIn(latest, sequence) && this.#flights.has(latest)) return latest;
    for (const flight of this.#flights.keys()) {
      if (!isIn(flight, sequence)) continue;
      this.#latest = flight;
      return flight;
    }
    return undefined;
  }

  #open(): void {
    this.#state = 'opening';
    const generation = ++this.#generation;
    const current = (action: () => void): void => {
      if (generation === this.#generation) action();
    };
    this.#options
      .open(this.#options.protocol, {
        onDatagram: (data) => current(() => this.#receive(data)),
        onOverrun: () => current(() => this.#reset(overrun)),
        onFailure: (error) => current(() => this.#reset(failedToSend(error))),
      })
      .then(
        (transport) => {
          if (generation !== this.#generation) return transport.close();
          this.#transport = transport;
          this.#state = 'open';
          this.#pump();
        },
        (error: unknown) => current(() => this.#failToOpen(error)),
      );
  }

  #failToOpen(error: unknown): void {
    this.#state = 'idle';
    this.#drop(failedToSend(error), true);
  }

  // What is under way is lost; what waits goes over a fresh socket, because this one may still hold an old dump.
  #reset(why: Interruption): void {
    this.#state = 'idle';
    this.#drop(why, false);
    if (this.#waiting.length > 0) this.#pump();
  }

  #drop(why: Interruption, waitingToo: boolean): void {
    this.#generation++;
    this.#transport?.close();
    this.#transport = undefined;
    const lost = [...this.#flights.keys()].map(({ parcel }) => parcel);
    for (const cancel of this.#flights.values()) cancel();
    this.#flights.clear();
    if (waitingToo) lost.push(...this.#waiting.splice(0));
    for (const parcel of lost) parcel.onEnd(why);
  }
}

const noDeadline: Cancel = () => undefined;

const closed: Interruption = (operation) =>
  new NetlinkError({ code: 'NETLINK_CLOSED', operation, message: 'the netlink socket was closed' });

const overrun: Interruption = (operation) =>
  new NetlinkError({
    code: 'NETLINK_OVERRUN',
    operation,
    message: 'the kernel dropped replies because the receive buffer was full; the outcome is not known',
  });

const timedOut =
  (timeout: Millis): Interruption =>
  (operation) =>
    new NetlinkError({ code: 'NETLINK_TIMEOUT', operation, message: `no reply from the kernel for ${timeout} ms` });

const undecodable =
  (cause: unknown): Interruption =>
  (operation) =>
    new NetlinkError({
      code: 'NETLINK_DECODE',
      operation,
      message: `the kernel's reply makes no sense (${cause instanceof Error ? cause.message : cause})`,
      cause,
    });

const failedToSend =
  (cause: unknown): Interruption =>
  (operation) => {
    const said = cause instanceof NetlinkError ? cause : undefined;
    return new NetlinkError({
      code: said?.code ?? 'NETLINK_UNAVAILABLE',
      operation,
      errno: said?.errno ?? 0,
      errnoName: said?.errnoName ?? '',
      message: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  };
