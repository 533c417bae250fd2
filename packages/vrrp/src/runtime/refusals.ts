// Adverts that were not believed: counts by reason, who sent them, and who seems to be another virtual router of the same VRID.
import { formatIp, type IpAddress, ipKey } from '@vipward/config/address';
import type { Rejection } from '../advert/rejection.ts';

export interface RefusedSource {
  readonly address: string;
  /** A kind of Rejection, the last one. */
  readonly reason: string;
  readonly count: number;
  /** It is refused for what belongs to a virtual router: somebody else uses this VRID. */
  readonly sameVrid: boolean;
}

/** A flood from invented addresses must not fill the memory: the first ones are kept. */
const MOST_SOURCES = 16;

/** Peers of one virtual router agree in these; a broken or hostile packet fails elsewhere. */
const OF_ANOTHER_ROUTER: ReadonlySet<Rejection['kind']> = new Set([
  'version',
  'auth-type',
  'auth-pass',
  'address-count',
  'address-missing',
  'interval',
] as const);

export class Refusals {
  readonly #reasons = new Map<Rejection['kind'], number>();
  readonly #sources = new Map<string, RefusedSource>();

  /** Counts; true the first time that this source seems to be another virtual router. */
  note(kind: Rejection['kind'], source: IpAddress): boolean {
    this.#reasons.set(kind, (this.#reasons.get(kind) ?? 0) + 1);
    const key = ipKey(source);
    const known = this.#sources.get(key);
    if (known === undefined && this.#sources.size >= MOST_SOURCES) return false;
    const sameVrid = known?.sameVrid === true || OF_ANOTHER_ROUTER.has(kind);
    this.#sources.set(key, { address: formatIp(source), reason: kind, count: (known?.count ?? 0) + 1, sameVrid });
    return sameVrid && known?.sameVrid !== true;
  }

  /** An advert of this source was believed: it is a peer after all. */
  believed(source: IpAddress): void {
    if (this.#sources.size > 0) this.#sources.delete(ipKey(source));
  }

  /** The counts begin anew; who is known stays known. */
  clear(): void {
    this.#reasons.clear();
  }

  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#reasons);
  }

  get sources(): readonly RefusedSource[] {
    return [...this.#sources.values()];
  }
}
