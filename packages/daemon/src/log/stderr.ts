// stderr, when whoever read it has gone.

/** From now on that does not matter, as with keepalived. By default the next line that is written would end the process. */
export const outliveReader = (): void => {
  process.stderr.on('error', () => {});
};
