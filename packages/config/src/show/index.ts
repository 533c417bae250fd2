// The public face of `vipward config show`.
export { resolveConfig, type ShownBlock, type ShownConfig, type ShownList, type ShownValue } from './resolve.ts';
export { showText } from './text.ts';
