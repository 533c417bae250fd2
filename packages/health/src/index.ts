// The public face of the health package.
export {};
