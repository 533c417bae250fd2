// Sends the adverts of one instance: to its group or to each of its peers, signed and sealed as it is configured.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import { encodeAdvert } from '../advert/advert.ts';
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

export class AdvertSender {
  #ipId = 0;
  readonly #parts: AdvertSenderParts;
  readonly #sayFailure: (text: string) => void;

  constructor(parts: AdvertSenderParts) {
    this.#parts = parts;
    this.#sayFailure = limitLines(parts.clock, (text) => parts.log.info(text), REPEAT_FAILURE);
  }

  /** `priority`: 0 says farewell. */
  send(config: VrrpInstance, wire: Wire, source: IpAddress, priority: number): void {
    const { form, tallies, log } = this.#parts;
    const advert = ownAdvert(config, priority);
    const { unicastPeers, unicastTtl } = config;
    const unicast = isUnicast(config);
    const ttl = unicast && unicastTtl !== undefined ? { ttl: unicastTtl } : {};
    const destinations = unicast ? unicastPeers.map(({ address }) => address) : [groupOf(config)];
    const key = usesAh(config) ? passwordOf(config) : undefined;
    const sign = form.signature.sign(source);
    for (const destination of destinations) {
      this.#ipId = (this.#ipId % 0xffff) + 1;
      const path = { source, destination };
      const message = sign(encodeAdvert(advert, path, form.checksum), path);
      try {
        const ah = key && { ah: { key, sequence: form.ahCounter.next() } };
        wire.send({ source, destination, id: this.#ipId, message, ...ttl, ...ah });
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
}
