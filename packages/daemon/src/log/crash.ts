// The last words of a process: a fault of our own is written down before it ends, since a daemon's stderr is nowhere.
import type { Logger } from './logger.ts';

/** Status of keepalived for an internal error (EX_SOFTWARE of sysexits.h). */
const internalError = 70;

/** From now on an exception that nobody caught is logged with its stack and ends this process; a worker is then started again. */
export const logCrashes = (log: () => Logger | undefined): void => {
  process.on('uncaughtException', (error: unknown) => {
    log()?.error(
      `Internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exit(internalError);
  });
};
