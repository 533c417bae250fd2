// The public face of the executable's package.
export { version } from './version.ts';
