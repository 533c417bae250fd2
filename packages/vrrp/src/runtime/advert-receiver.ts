// What of the packets for one instance is believed; what is not is counted, and said with its sender.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import type { Advert, DecodedAdvert } from '../advert/advert.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import { receiveAdvert } from '../advert/receive.ts';
import { describeRejection, type Rejection } from '../advert/rejection.ts';
import { describeStranger } from '../advert/stranger.ts';
import type { ChecksumFlavour } from '../advert/v3.ts';
import type { State } from '../machine/model.ts';
import { effectivePriority } from '../machine/timing.ts';
import type { AdvertForm } from './advert-form.ts';
import { expectation, placeOf, usesAh } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import { Refusals } from './refusals.ts';
import type { Tallies } from './tally.ts';

export interface AdvertReceiverParts {
  readonly config: () => VrrpInstance;
  readonly state: () => State;
  readonly form: AdvertForm;
  readonly tallies: Tallies;
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** What is wrong, as often as it may be said. */
  readonly sayRejection: (text: string) => void;
  /** In use where the instance speaks, by us or by others. */
  readonly vridsOn: (config: VrrpInstance) => ReadonlySet<number>;
  readonly onAdvert: (from: IpAddress, advert: Advert) => void;
}

const REPEAT_LOG: Millis = 1000;
/** A VRID that another virtual router uses as well is said again after this long. */
const REPEAT_COLLISION: Millis = 60_000;

export class AdvertReceiver {
  readonly refusals = new Refusals();
  /** Who was last heard as master, while backup. */
  heard: { readonly from: IpAddress; readonly priority: number } | undefined;
  readonly #parts: AdvertReceiverParts;
  readonly #sayLimited: (text: string) => void;
  readonly #sayCollision: (text: string) => void;

  constructor(parts: AdvertReceiverParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#sayLimited = limitLines(clock, (text) => log.info(text), REPEAT_LOG);
    this.#sayCollision = limitLines(clock, (text) => log.warning(text), REPEAT_COLLISION);
  }

  receive(packet: VrrpPacket): void {
    const { form, tallies, onAdvert } = this.#parts;
    const config = this.#parts.config();
    const opened = form.signature.verify(packet, config.unicastPeers.length);
    const verdict = 'rejected' in opened ? opened : this.#judge(opened.packet);
    if ('rejected' in verdict) {
      this.#refuse(verdict.rejected, packet);
      return;
    }
    const { advert } = verdict;
    tallies.received(advert.priority);
    this.refusals.believed(packet.source);
    if (this.#parts.state().role === 'backup') this.heard = { from: packet.source, priority: advert.priority };
    const ah = usesAh(config) ? packet.ah : undefined;
    const syncs = ah !== undefined && this.#defends(advert.priority);
    if (ah) form.ahCounter.heard(ah.sequence, syncs);
    onAdvert(packet.source, advert);
    if (syncs) this.#sayLimited(`(${config.name}) IPSEC-AH : Syncing seq_num - Increment seq`);
  }

  #refuse(why: Rejection, packet: VrrpPacket): void {
    const { sayRejection, vridsOn } = this.#parts;
    const config = this.#parts.config();
    const { name, virtualRouterId } = config;
    const from = formatIp(packet.source);
    sayRejection(`(${name}) ${describeRejection(why)}, from ${from}`);
    if (!this.refusals.note(why.kind, packet.source)) return;
    this.#sayCollision(
      `(${name}) VRID ${virtualRouterId} on ${placeOf(config)} is used by ${from} for another virtual router, ` +
        `or with other settings (${why.kind})${describeStranger(packet, vridsOn(config))}`,
    );
  }

  #judge(packet: VrrpPacket): DecodedAdvert {
    const { form } = this.#parts;
    const config = this.#parts.config();
    const expected = (checksum: ChecksumFlavour) =>
      expectation(config, { checksum, master: this.heard?.from, ahSequence: form.ahCounter.last });
    const verdict = receiveAdvert(packet, expected(form.checksum));
    if (!('rejected' in verdict) || verdict.rejected.kind !== 'checksum') return verdict;
    const { fitting } = verdict.rejected;
    const switches = fitting === 'old-unicast' || (fitting === 'pseudo-header' && form.checksum === 'old-unicast');
    if (!switches || config.oldUnicastChecksum !== undefined) return verdict;
    this.#adoptChecksum(fitting, packet.source);
    return receiveAdvert(packet, expected(fitting));
  }

  #defends(priority: number): boolean {
    const state = this.#parts.state();
    return state.role === 'master' && priority > 0 && priority < effectivePriority(state);
  }

  // As keepalived: a peer of before 1.3.7 is met in its own way, and again when it has been upgraded.
  #adoptChecksum(flavour: ChecksumFlavour, from: IpAddress): void {
    const { form, sayRejection } = this.#parts;
    form.checksum = flavour;
    const version = flavour === 'old-unicast' ? 'old version' : 'new version';
    sayRejection(
      `(${this.#parts.config().name}) Setting unicast VRRPv3 checksum to ${version}, as ${formatIp(from)} has it`,
    );
  }
}
