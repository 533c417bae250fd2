// The line that a saved table has ten thousand of, `-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 1`, read from its bytes.
import type { IpvsOperation, ServiceKey } from '@vipward/netlink';

/**
 * Reads add-server lines of the plainest form: `-a`, `-t` or `-u`, `-r`, then any of -g, -m, -w, -x, -y once, everything
 * IPv4 and in digits. For such a line it gives what parseIpvsadm() gives (the tests hold it to that), without a word, a
 * draft or a table on the way; for every other line undefined, and that says nothing about the line.
 */
export class ServerLineReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #address = 0;
  #port = 0;
  #number = 0;
  // Servers of one service stand together: they share its key.
  #service: (ServiceKey & { readonly kind: 'address' }) | undefined;
  #serviceAddress = 0;
  // Filled again and again: memory that is touched for the first time costs more than all that is done with it.
  readonly #additions: Addition[] = [];
  #used = 0;

  /** What read() has given so far may be filled with other lines from now on. */
  reuse(): void {
    this.#used = 0;
  }

  /** The line from `start` to `end`, without its line end. */
  read(bytes: Uint8Array, start: number, end: number): IpvsOperation | undefined {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    if (this.#option() !== letter.a) return undefined;
    const kind = this.#option();
    if ((kind !== letter.t && kind !== letter.u) || !this.#endpoint()) return undefined;
    const service = this.#serviceKey(kind === letter.t ? 6 : 17);
    if (this.#option() !== letter.r || !this.#endpoint()) return undefined;
    const address = this.#address;
    const port = this.#port;

    let forwarding: 'route' | 'masq' | undefined;
    let weight: number | undefined;
    let upperThreshold: number | undefined;
    let lowerThreshold: number | undefined;
    while (this.#at < this.#end) {
      const option = this.#option();
      if ((option === letter.g || option === letter.m) && forwarding === undefined) {
        forwarding = option === letter.g ? 'route' : 'masq';
      } else if (option === letter.w && weight === undefined && this.#digits()) weight = this.#number;
      else if (option === letter.x && upperThreshold === undefined && this.#digits()) upperThreshold = this.#number;
      else if (option === letter.y && lowerThreshold === undefined && this.#digits()) lowerThreshold = this.#number;
      else return undefined;
    }
    const addition = this.#addition(service);
    const { destination } = addition;
    writeAddress(destination.key.address.bytes, address);
    // Only NAT can change the port.
    destination.key.port = forwarding === 'masq' ? port : service.port;
    destination.forwarding = forwarding ?? 'route';
    destination.weight = weight ?? 1;
    destination.upperThreshold = upperThreshold ?? 0;
    destination.lowerThreshold = lowerThreshold ?? 0;
    return addition;
  }

  #addition(service: ServiceKey): Addition {
    let addition = this.#additions[this.#used];
    if (addition === undefined) {
      addition = newAddition(service);
      this.#additions.push(addition);
    }
    this.#used += 1;
    addition.service = service;
    return addition;
  }

  #serviceKey(protocol: 6 | 17): ServiceKey & { readonly kind: 'address' } {
    const last = this.#service;
    if (last?.protocol === protocol && last.port === this.#port && this.#serviceAddress === this.#address) return last;
    this.#serviceAddress = this.#address;
    const bytes = new Uint8Array(4);
    writeAddress(bytes, this.#address);
    this.#service = { kind: 'address', protocol, address: { family: 4, bytes }, port: this.#port };
    return this.#service;
  }

  /** The letter of `-x` and the blank behind it; 0 when something else stands here. */
  #option(): number {
    const at = this.#at;
    if (at + 2 > this.#end || this.#bytes[at] !== dash) return 0;
    this.#at = at + 2;
    return this.#blank() ? (this.#bytes[at + 1] ?? 0) : 0;
  }

  /** `10.0.0.1:80`, four parts without leading zeros, and the blank behind it. */
  #endpoint(): boolean {
    let address = 0;
    for (let part = 0; part < 4; part++) {
      const leading = this.#bytes[this.#at];
      const start = this.#at;
      if (!this.#count(3) || this.#number > 255 || (leading === zero && this.#at > start + 1)) return false;
      address = (address << 8) | this.#number;
      if (this.#at >= this.#end || this.#bytes[this.#at] !== (part < 3 ? dot : colon)) return false;
      this.#at += 1;
    }
    if (!this.#count(5) || this.#number > 65535) return false;
    this.#address = address;
    this.#port = this.#number;
    return this.#blank();
  }

  #digits(): boolean {
    return this.#count(9) && this.#blank();
  }

  /** One to `most` digits. */
  #count(most: number): boolean {
    const start = this.#at;
    let number = 0;
    let at = start;
    for (; at < this.#end && at - start < most; at++) {
      const digit = (this.#bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      number = 10 * number + digit;
    }
    this.#number = number;
    this.#at = at;
    return at > start;
  }

  /** At least one blank, or the end of the line. */
  #blank(): boolean {
    const start = this.#at;
    while (this.#at < this.#end && this.#bytes[this.#at] === space) this.#at += 1;
    return this.#at > start || this.#at === this.#end;
  }
}

/** An IpvsOperation that can be written over. */
interface Addition {
  readonly kind: 'add-destination';
  service: ServiceKey;
  readonly destination: {
    readonly key: { readonly address: { readonly family: 4; readonly bytes: Uint8Array }; port: number };
    forwarding: 'route' | 'masq';
    weight: number;
    upperThreshold: number;
    lowerThreshold: number;
  };
}

const newAddition = (service: ServiceKey): Addition => ({
  kind: 'add-destination',
  service,
  destination: {
    key: { address: { family: 4, bytes: new Uint8Array(4) }, port: 0 },
    forwarding: 'route',
    weight: 0,
    upperThreshold: 0,
    lowerThreshold: 0,
  },
});

const writeAddress = (bytes: Uint8Array, address: number): void => {
  bytes[0] = address >>> 24;
  bytes[1] = address >>> 16;
  bytes[2] = address >>> 8;
  bytes[3] = address;
};

const space = 0x20;
const dash = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const letter = { a: 0x61, g: 0x67, m: 0x6d, r: 0x72, t: 0x74, u: 0x75, w: 0x77, x: 0x78, y: 0x79 } as const;
