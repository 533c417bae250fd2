// auth_hmac of one instance: signs what is sent, and takes the trailers off what is received once they have been verified.
import type { AuthHmac, Millis, VrrpInstance } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import type { Path } from '../advert/advert.ts';
import { checkAge, type FreshnessRules, nextSequence, Senders, skewOf } from '../advert/freshness.ts';
import {
  appendTrailer,
  decodeTrailer,
  encodeTrailer,
  type HmacSecret,
  isSigned,
  splitTrailer,
} from '../advert/hmac.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import type { Rejection } from '../advert/rejection.ts';

/** A configured auth_hmac whose keys have been read. */
export interface HmacSettings {
  readonly mode: AuthHmac['mode'];
  readonly active: HmacSecret;
  readonly keys: readonly HmacSecret[];
  readonly rules: FreshnessRules;
}

/** time_window's default is the larger of three intervals and this. */
const SHORTEST_WINDOW: Millis = 5000;

export const hmacSettings = (
  { authHmac, advertInterval }: Pick<VrrpInstance, 'authHmac' | 'advertInterval'>,
  keys: readonly HmacSecret[],
): HmacSettings | undefined => {
  const active = keys.find(({ id }) => id === authHmac?.activeKey);
  if (authHmac === undefined || active === undefined) return undefined;
  const { mode, antiReplay, timeWindow } = authHmac;
  const window = timeWindow ?? Math.max(3 * advertInterval, SHORTEST_WINDOW);
  return { mode, active, keys, rules: { antiReplay, window } };
};

export class Signature {
  /** Absent: adverts are neither signed nor expected to be. */
  settings: HmacSettings | undefined;
  readonly #senders = new Senders();
  #sequence = 0n;
  readonly #realtime: () => Millis;
  readonly #say: (text: string) => void;

  /** `realtime`: ms since 1970. `say`: what is worth a line though nothing is refused. */
  constructor(realtime: () => Millis, say: (text: string) => void) {
    this.#realtime = realtime;
    this.#say = say;
  }

  /** What makes one advert, to all its destinations, into signed ones. */
  sign(source: IpAddress): (message: Uint8Array, path: Path) => Uint8Array {
    const { settings } = this;
    if (settings === undefined || settings.mode === 'receive-only') return (message) => message;
    this.#sequence = nextSequence(this.#sequence, this.#realtime(), settings.rules);
    const sequence = this.#sequence;
    let trailer: Uint8Array | undefined;
    return (message, path) => {
      trailer ??= encodeTrailer(message, source, settings.active, sequence);
      return appendTrailer(message, trailer, path);
    };
  }

  /** The packet as an instance without auth_hmac would have received it. `peers`: how many senders there may be. */
  verify(packet: VrrpPacket, peers: number): { readonly packet: VrrpPacket } | { readonly rejected: Rejection } {
    const { settings } = this;
    if (settings === undefined) return { packet };
    const split = splitTrailer(packet.payload, packet);
    if (split === undefined) {
      if (settings.mode === 'enforce') return { rejected: { kind: 'hmac-missing' } };
      this.#say('received an advert without an HMAC trailer, which mode enforce would refuse');
      return { packet };
    }
    if ('rejected' in split) return split;
    const { message, trailer } = split;
    const rejected = this.#judge(settings, packet.source, message, trailer, peers);
    return rejected ? { rejected } : { packet: { ...packet, payload: message } };
  }

  #judge(
    { keys, rules }: HmacSettings,
    source: IpAddress,
    message: Uint8Array,
    bytes: Uint8Array,
    peers: number,
  ): Rejection | undefined {
    const now = this.#realtime();
    const trailer = decodeTrailer(bytes);
    const stale = checkAge(trailer, now, rules);
    if (stale) return stale;
    const key = keys.find(({ id }) => id === trailer.keyId);
    if (!key) return { kind: 'hmac-key', id: trailer.keyId };
    if (!isSigned(message, bytes, source, key.bytes)) return { kind: 'hmac-integrity' };
    const replayed = this.#senders.check(source, trailer, now, rules, peers);
    const skew = skewOf(trailer, now);
    if (!replayed && rules.antiReplay === 'time' && Math.abs(skew) * 2000 > rules.window)
      this.#say(`the clock of the sender differs by ${skew} s, of ${rules.window / 1000} s that are allowed`);
    return replayed;
  }
}
