// The schema of the configuration: what every part is made of: times, places, addresses, commands.
import * as z from 'zod';
import { formatIp, type IpAddress, parseIp } from '../address.ts';

/** Milliseconds. */
export const millis = z.number().min(0).meta({ id: 'Millis', description: 'Milliseconds' });

export const family = z.literal([4, 6]);

const ipValue = z.custom<IpAddress>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'family' in value &&
    (value.family === 4 || value.family === 6) &&
    'bytes' in value &&
    value.bytes instanceof Uint8Array &&
    value.bytes.length === (value.family === 4 ? 4 : 16),
);

/** Text outside, bytes inside. */
export const ip = z.codec(z.string().meta({ id: 'IpAddress', description: 'IPv4 or IPv6 address' }), ipValue, {
  decode: (text, context) => {
    const address = parseIp(text);
    if (address !== undefined) return address;
    context.issues.push({
      code: 'invalid_format',
      format: 'ip',
      input: text,
      message: `"${text}" is not an IP address`,
    });
    return z.NEVER;
  },
  encode: formatIp,
});

const bytesValue = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** Hexadecimal digits outside. */
export const bytes = z.codec(z.hex().meta({ id: 'Bytes', description: 'Bytes as hexadecimal digits' }), bytesValue, {
  decode: (text) => Uint8Array.from(Buffer.from(text, 'hex')),
  encode: (value) => Buffer.from(value).toString('hex'),
});

/** null outside where inside it is undefined: JSON has no other way to say it in a list. */
export const halfBytes = z
  .array(
    z.codec(z.int().min(0).max(15).nullable(), z.int().min(0).max(15).or(z.undefined()), {
      decode: (value) => value ?? undefined,
      encode: (value) => value ?? null,
    }),
  )
  .readonly();

export const sourceLocation = z
  .object({ file: z.string(), line: z.number(), column: z.number() })
  .meta({ id: 'SourceLocation', description: 'Where a value was written: 1-based line and column in `file`.' });

export const scriptUser = z.object({ user: z.string(), group: z.string().exactOptional() }).meta({ id: 'ScriptUser' });

export const script = z.object({ argv: z.array(z.string()).readonly(), user: scriptUser.exactOptional() }).meta({
  id: 'Script',
  description: 'A command as an argument vector; no shell is involved (config-syntax: script strings).',
});
