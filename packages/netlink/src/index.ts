// The public face of the kernel over netlink.
export * from './errors.ts';
export * from './ipvs/model.ts';
export * from './route/model.ts';
