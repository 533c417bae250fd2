// The public face of the vrrp package.
export {};
