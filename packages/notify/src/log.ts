// Where the package says what went wrong.

/** The daemon's Logger fits. */
export interface NotifyLog {
  warning(text: string): void;
  info(text: string): void;
}
