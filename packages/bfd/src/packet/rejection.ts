// Why a received packet is not taken: reasons as values, and keepalived's words for them.

export type Rejection =
  /** Shorter than the shortest packet. */
  | { readonly kind: 'too-short'; readonly received: number }
  | { readonly kind: 'version'; readonly received: number }
  /** The Length field says less than a packet needs, or more than arrived. */
  | { readonly kind: 'length'; readonly claimed: number; readonly received: number }
  | { readonly kind: 'multiplier-zero' }
  | { readonly kind: 'multipoint' }
  | { readonly kind: 'my-discriminator-zero' }
  | { readonly kind: 'your-discriminator-zero' }
  | { readonly kind: 'poll-and-final' }
  | { readonly kind: 'authentication' }
  /** Of no session here. */
  | { readonly kind: 'no-session'; readonly yourDiscriminator: number }
  /** It has the discriminator of a session with somebody else. */
  | { readonly kind: 'source' }
  /** A single-hop session was spoken to on the multihop port, or the other way round. */
  | { readonly kind: 'port'; readonly received: number; readonly expected: number }
  | { readonly kind: 'ttl'; readonly received: number; readonly least: number };

/** The lines for the log; `from` is the sender as `[10.0.0.2]:49152`. */
export const describeRejection = (why: Rejection, from: string): readonly string[] => {
  const bogus = (text: string): readonly string[] => [text, `Discarding bogus packet from ${from}`];
  switch (why.kind) {
    case 'too-short':
      return bogus(`Packet is too small: ${why.received} bytes`);
    case 'version':
      return bogus(`Packet is of unsupported version: ${why.received}`);
    case 'length':
      return bogus(`Packet size mismatch: length field: ${why.claimed} bytes, buffer size: ${why.received} bytes`);
    case 'multiplier-zero':
      return bogus("Packet 'detection multiplier' field is zero");
    case 'multipoint':
      return bogus("Packet has 'multipoint' flag");
    case 'my-discriminator-zero':
      return bogus("Packet 'my discriminator' field is zero");
    case 'your-discriminator-zero':
      return bogus("Packet 'your discriminator' field is zero and 'state' field is not Down or AdminDown");
    case 'poll-and-final':
      return bogus("Packet has both 'poll' and 'final' flags");
    case 'authentication':
      return [`Discarding packet from ${from} (auth bit is set, but no authentication  is in use)`];
    case 'no-session':
      return [
        `Discarding packet from ${from} (session is not found - your discriminator field is 0x${why.yourDiscriminator.toString(16).padStart(8, '0')})`,
      ];
    case 'source':
      return [`Discarding packet from ${from} (the session of its discriminator has another neighbor)`];
    case 'port':
      return [`Discarding packet from ${from} (it came to port ${why.received}, the session uses ${why.expected})`];
    case 'ttl':
      return [`Packet ttl(${why.received}) < ${why.least} - discarding`];
  }
};
