// Addresses of one owner that somebody else took away: who did it, and when they are put back, if ever.
import type { VirtualAddress } from '@vipward/config';
import { formatIp, ipEqual } from '@vipward/config/address';
import type { InterfaceAddress, Link } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { kernelKey, toKernelAddress } from '../addresses.ts';
import { BackOff } from '../owned/backoff.ts';
import { culprit, type ProcessName } from './culprit.ts';
import { Later } from './later.ts';
import type { VrrpLog } from './log.ts';
import type { Vips } from './vips.ts';

export interface AddressLossesParts {
  readonly owner: string;
  readonly vips: Vips;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly processName: ProcessName;
  /** The interface that an address is on. */
  readonly linkOf: (address: VirtualAddress) => Link | undefined;
  /** It is time: for the first loss at once. `by`: who took it away, in words. */
  readonly putBack: (address: VirtualAddress, by: string) => void;
}

export class AddressLosses {
  readonly #parts: AddressLossesParts;
  readonly #backOff = new BackOff();
  readonly #later: Later;

  constructor(parts: AddressLossesParts) {
    this.#parts = parts;
    this.#later = new Later(parts.clock);
  }

  /** An address has gone from its interface, and not by our hand; it may be anybody's. `by`: netlink port number. */
  lost(lost: InterfaceAddress, by: number | undefined): void {
    const { owner, vips, clock, log, processName, linkOf, putBack } = this.#parts;
    const key = kernelKey(lost);
    const address = vips.wanted.find(
      (one) => ipEqual(one.address, lost.address) && kernelKey(toKernelAddress(one, linkOf(one)?.index ?? -1)) === key,
    );
    if (address === undefined) return;
    // Its interface took it along: it comes back with the interface.
    if (by === undefined && linkOf(address)?.up !== true) return;
    const who = culprit(by, processName);
    const what = `(${owner}) address ${formatIp(address.address)} was removed by ${who}`;
    if (address.noTrack === true && by !== undefined) {
      vips.giveUp(address);
      log.info(`${what}, and is not tracked`);
      return;
    }
    const delay = this.#backOff.delay(key, clock.now());
    if (delay === 0) {
      putBack(address, who);
      return;
    }
    log.warning(`${what} again, putting it back in ${delay / 1000} s`);
    vips.hold(address, true);
    this.#later.in(delay, key, () => {
      vips.hold(address, false);
      if (vips.wanted.includes(address)) putBack(address, who);
    });
  }

  /** What waits to be put back is not. */
  close(): void {
    this.#later.close();
  }
}
