// Bytes as text in tests: spaces and line breaks are for the reader.
export const bytesOf = (hex: string): Uint8Array => {
  const digits = hex.replace(/[^0-9a-f]/gi, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
};

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
