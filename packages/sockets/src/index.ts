// The public face of the sockets: the event loop's edge.
export * from './clock.ts';
export * from './socket.ts';
