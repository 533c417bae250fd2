// What every part of the configuration is made of: times, places, commands.

/** Milliseconds; keepalived keeps microseconds, so fractions of a millisecond are possible. */
export type Millis = number;

/** Where a value was written: 1-based line and column in `file`. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ScriptUser {
  readonly user: string;
  readonly group?: string;
}

/** A command as an argument vector; no shell is involved (config-syntax: script strings). */
export interface Script {
  readonly argv: readonly string[];
  readonly user?: ScriptUser;
}
