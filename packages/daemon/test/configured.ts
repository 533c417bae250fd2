// What the lines of a global_defs block become.
import { type GlobalDefs, memoryReader, parseConfig } from '@vipward/config';

export const globals = (...lines: readonly string[]): GlobalDefs =>
  parseConfig({
    file: 'k.conf',
    read: memoryReader({ 'k.conf': `global_defs {\n${lines.join('\n')}\n}\n` }),
    configId: 't',
  }).config.global;
