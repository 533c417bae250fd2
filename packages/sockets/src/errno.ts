// From negative answers of the addon to SocketError with the errno's name.
import { constants } from 'node:os';
import { SocketError } from './socket.ts';

/** Passes a value of 0 or more through; a negative one is thrown as the SocketError of that system call. */
export function succeed(syscall: string, result: number): number {
  if (result < 0) throw socketError(syscall, -result);
  return result;
}

export function socketError(syscall: string, errno: number): SocketError {
  return new SocketError(syscall, errno, errnoName(errno));
}

/** ENETDOWN for 100; ERRNO_531 for a number that neither Node nor this list knows. */
export function errnoName(errno: number): string {
  const known = namesOfLinux[errno] ?? Object.entries(constants.errno).find(([, number]) => number === errno)?.[0];
  return known ?? `ERRNO_${errno}`;
}

// Where Node's table has two names for one number the kernel's is here, and those that it lacks and a socket can meet.
const namesOfLinux: Readonly<Record<number, string>> = {
  11: 'EAGAIN',
  44: 'ECHRNG',
  49: 'EUNATCH',
  50: 'ENOCSI',
  64: 'ENONET',
  70: 'ECOMM',
  77: 'EBADFD',
  94: 'ESOCKTNOSUPPORT',
  95: 'EOPNOTSUPP',
  96: 'EPFNOSUPPORT',
  108: 'ESHUTDOWN',
  109: 'ETOOMANYREFS',
  112: 'EHOSTDOWN',
  117: 'EUCLEAN',
  121: 'EREMOTEIO',
  126: 'ENOKEY',
};
