// The public face of the reconciler package.
export {};
