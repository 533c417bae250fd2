// The public face of the sockets: the event loop's edge.
export { AddonError } from './addon.ts';
export * from './child.ts';
export * from './clock.ts';
export * from './constants.ts';
export * from './control.ts';
export * from './errno.ts';
export * from './file-number.ts';
export * from './limit-lines.ts';
export * from './lock.ts';
export * from './open.ts';
export * from './precise-clock.ts';
export * from './scheduling.ts';
export * from './signal.ts';
export * from './sockaddr.ts';
export * from './socket.ts';
export * from './tcp.ts';
export * from './watch-file.ts';
export * from './watch-presence.ts';
