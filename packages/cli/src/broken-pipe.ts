// Who reads us may stop early (`vipward config schema | head`), or have no room for what we write.
import { coded } from './coded.ts';

/** Ends with what the shell sees of a program that SIGPIPE ended; with 2 and the reason when the output cannot be written. */
export const endOnBrokenPipe = (): void => {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    process.stderr.write(coded('OUTPUT_UNWRITABLE', `vipward: cannot write the output: ${error.message}`));
    process.exit(2);
  });
};
