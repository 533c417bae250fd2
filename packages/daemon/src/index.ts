// The public face of the daemon package.
export {};
