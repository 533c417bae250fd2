// The public face of the keepalived.conf language.
export * from './address.ts';
export * from './diagnostic.ts';
export * from './model.ts';
