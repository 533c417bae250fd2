// The public face of the cli package.
export {};
