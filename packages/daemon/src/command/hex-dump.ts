// Bytes as genhash -v shows them: sixteen a line, with their place before and their letters behind.

/** `0016  6f 2e ...  - ...    o...`; the place is decimal. Empty for no bytes. */
export const hexDump = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16) text += `${lineOf(bytes.subarray(at, at + 16), at)}\n`;
  return text;
};

const lineOf = (bytes: Uint8Array, at: number): string => {
  const hex = Array.from({ length: 16 }, (_, i) => bytes[i]?.toString(16).padStart(2, '0') ?? '  ');
  const place = String(at).padStart(4, '0');
  return `${place}  ${hex.slice(0, 8).join(' ')} - ${hex.slice(8).join(' ')}   ${letters(bytes)}`;
};

const letters = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
    .join('')
    .padEnd(16);
