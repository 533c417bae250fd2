// Who reads us may stop early: `vipward config schema | head`.

/** Ends with what the shell sees of a program that SIGPIPE ended. */
export const endOnBrokenPipe = (): void => {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(141);
  });
};
