// The two messages of the gRPC health protocol as bytes: protobuf in a length-prefixed frame.

/** HealthCheckRequest { string service = 1 }, which is empty for the whole server. */
export const healthRequest = (service: string): Uint8Array => {
  const name = Buffer.from(service);
  return frame(
    name.length === 0 ? new Uint8Array(0) : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]),
  );
};

/** The `status` of a HealthCheckResponse (field 1, 0 when absent), or undefined when the bytes are none. */
export const readHealthReply = (bytes: Uint8Array): number | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A first byte of 1 would be compression, which was not offered.
  if (bytes.length < prefixLength || bytes[0] !== 0) return undefined;
  if (view.getUint32(1) !== bytes.length - prefixLength) return undefined;
  let status = 0;
  for (let at = prefixLength; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    if (tag === undefined) return undefined;
    const [kind, field] = [tag.value % 8, Math.floor(tag.value / 8)];
    const next = skip(bytes, tag.next, kind);
    if (next === undefined || field === 0) return undefined;
    if (field === 1 && kind === 0) status = readVarint(bytes, tag.next)?.value ?? 0;
    at = next;
  }
  return status;
};

const prefixLength = 5;

const frame = (message: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(prefixLength + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, prefixLength);
  return bytes;
};

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

/** At most ten bytes; what is beyond 2^53 loses digits, which no status has. */
const readVarint = (bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined => {
  let value = 0;
  for (let i = 0; i < 10; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, next: at + i + 1 };
  }
  return undefined;
};

/** Where a field of a wire type ends; unknown fields may come and do not matter. */
const skip = (bytes: Uint8Array, at: number, kind: number): number | undefined => {
  const end = endOf(bytes, at, kind);
  return end !== undefined && end <= bytes.length ? end : undefined;
};

const endOf = (bytes: Uint8Array, at: number, kind: number): number | undefined => {
  switch (kind) {
    case 0:
      return readVarint(bytes, at)?.next;
    case 1:
      return at + 8;
    case 2: {
      const length = readVarint(bytes, at);
      return length && length.next + length.value;
    }
    case 5:
      return at + 4;
    default:
      return undefined;
  }
};
