// The log as the runtime sees it.

/** Lines are keepalived's where it has them; `detail` is shown with -D only. */
export interface VrrpLog {
  error(text: string): void;
  warning(text: string): void;
  info(text: string): void;
  detail(text: string): void;
}
