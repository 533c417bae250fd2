// Sends the adverts of one instance: to its group or to each of its peers, signed and sealed as it is configured.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import { encodeAdvert, type Path } from '../advert/advert.ts';
import type { ChecksumFlavour } from '../advert/v3.ts';
import type { AdvertForm } from './advert-form.ts';
import { groupOf, isUnicast, ownAdvert, passwordOf, usesAh } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { Tallies } from './tally.ts';
import type { Wire } from './wire.ts';

export interface AdvertSenderParts {
  readonly form: AdvertForm;
  readonly tallies: Tallies;
  readonly clock: Clock;
  readonly log: VrrpLog;
}

/** That an advert could not be sent is said again after this long. */
const REPEAT_FAILURE: Millis = 10_000;

/** The adverts of one moment, one for each destination, before they are signed. */
interface Prepared {
  readonly config: VrrpInstance;
  readonly source: IpAddress;
  readonly priority: number;
  readonly checksum: ChecksumFlavour;
  readonly adverts: readonly { readonly path: Path; readonly message: Uint8Array }[];
}

export class AdvertSender {
  #ipId = 0;
  #prepared: Prepared | undefined;
  readonly #parts: AdvertSenderParts;
  readonly #sayFailure: (text: string) => void;

  constructor(parts: AdvertSenderParts) {
    this.#parts = parts;
    this.#sayFailure = limitLines(parts.clock, (text) => parts.log.info(text), REPEAT_FAILURE);
  }

  /** `priority`: 0 says farewell. */
  send(config: VrrpInstance, wire: Wire, source: IpAddress, priority: number): void {
    const { form, tallies, log } = this.#parts;
    const ttl = isUnicast(config) ? config.unicastTtl : undefined;
    const key = usesAh(config) ? passwordOf(config) : undefined;
    const sign = form.signature.sign(source);
    for (const { path, message: plain } of this.#adverts(config, source, priority)) {
      this.#ipId = (this.#ipId % 0xffff) + 1;
      const { destination } = path;
      const message = sign(plain, path);
      try {
        const ah = key && { key, sequence: form.ahCounter.next() };
        wire.send({ source, destination, id: this.#ipId, message, ttl, ah });
        tallies.sent(priority);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const line = `(${config.name}) send advert to ${formatIp(destination)}: ${text}`;
        // A farewell over a link that has gone down.
        if (priority === 0) log.detail(line);
        else this.#sayFailure(line);
      }
    }
  }

  // One second's adverts are those of the second before: they are made once, and again when something of them changes.
  #adverts(config: VrrpInstance, source: IpAddress, priority: number): Prepared['adverts'] {
    const { checksum } = this.#parts.form;
    const last = this.#prepared;
    if (last?.config === config && last.source === source && last.priority === priority && last.checksum === checksum)
      return last.adverts;
    const advert = ownAdvert(config, priority);
    const destinations = isUnicast(config) ? config.unicastPeers.map(({ address }) => address) : [groupOf(config)];
    const adverts = destinations.map((destination) => {
      const path = { source, destination };
      return { path, message: encodeAdvert(advert, path, checksum) };
    });
    this.#prepared = { config, source, priority, checksum, adverts };
    return adverts;
  }
}
