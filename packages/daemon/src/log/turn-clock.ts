// The time of day for lines of a log, read once for all lines of one turn of the event loop.

/** Reading the clock is a system call on some machines, and ten thousand real servers may die in one second. */
export const turnClock = (read: () => Date = () => new Date()): (() => Date) => {
  let now: Date | undefined;
  const forget = (): void => {
    now = undefined;
  };
  return () => {
    if (now === undefined) {
      now = read();
      setImmediate(forget).unref();
    }
    return now;
  };
};
