// JSON with 64-bit counters: all their digits, as a JSON number. Readers that have only doubles round them, as they always do.

declare global {
  // In Node since 21; TypeScript's library does not name it yet.
  interface JSON {
    rawJSON(text: string): object;
  }
}

/** JSON.stringify() that also takes bigints. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_key, it: unknown) => (typeof it === 'bigint' ? JSON.rawJSON(String(it)) : it), indent);
