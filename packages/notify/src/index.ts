// The public face of the notify package.
export {};
