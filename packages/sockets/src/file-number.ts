// The number that a tracked file begins with, as keepalived reads it (C's strtol with base 0). Pure.

const largest = 0x7fffffff;

/** Blanks and a sign may come first, 0x is hexadecimal, 0 octal; 0 where there is no number; `undefined` beyond 32 bits. */
export const fileNumber = (content: string): number | undefined => {
  const [, sign = '', digits = '0'] = /^\s*([+-]?)(0[xX][\da-fA-F]+|\d+)/.exec(content) ?? [];
  const size = magnitude(digits);
  const value = sign === '-' ? -size : size;
  // Without the second step -0 would be given for 0.
  return value >= -largest - 1 && value <= largest ? value || 0 : undefined;
};

const magnitude = (digits: string): number => {
  if (/^0[xX]/.test(digits)) return Number(digits);
  // An 8 or 9 ends an octal number.
  return digits.startsWith('0') ? Number.parseInt(digits, 8) : Number(digits);
};
