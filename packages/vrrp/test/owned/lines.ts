// Configuration text as the parser reads it, for tests of what an instance owns.
import { type Config, memoryReader, parseConfig } from '@vipward/config';

/** What is found on it does not matter here: the parser has tests of its own. */
export const configOf = (text: string): Config =>
  parseConfig({ file: '/k.conf', read: memoryReader({ '/k.conf': text }), configId: 'test' }).config;
