// Whether standard input is a directory, which every command that reads it refuses.
import { fstatSync } from 'node:fs';

/** Node's stream of a directory (`check - < /etc/keepalived`) ends at once, as if it were an empty file. */
export const inputIsDirectory = (): boolean => fstatSync(0).isDirectory();
