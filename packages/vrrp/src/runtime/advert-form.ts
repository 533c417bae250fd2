// What sending and receiving adverts of one instance share: signature, count of authentication headers, flavour of checksum.
import type { VrrpInstance } from '@vipward/config';
import type { Millis } from '@vipward/sockets';
import type { ChecksumFlavour } from '../advert/v3.ts';
import { AhCounter } from './ah-counter.ts';
import { checksumFlavour } from './instance-settings.ts';
import { Signature } from './signature.ts';

export class AdvertForm {
  readonly ahCounter = new AhCounter();
  readonly signature: Signature;
  /** Of version 3: as configured, and then as the peers turn out to have it. */
  checksum: ChecksumFlavour;

  /** `realtime` and `say`: of the signature. */
  constructor(config: VrrpInstance, realtime: () => Millis, say: (text: string) => void) {
    this.signature = new Signature(realtime, say);
    this.checksum = checksumFlavour(config);
  }

  /** What was found out about the peers stays as long as the configuration says the same. */
  reconfigure(before: VrrpInstance, after: VrrpInstance): void {
    if (checksumFlavour(after) !== checksumFlavour(before)) this.checksum = checksumFlavour(after);
  }
}
