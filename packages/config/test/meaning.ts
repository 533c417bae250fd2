// What a text means: its Config without the places where things are written.
import { memoryReader, parseConfig } from '../src/index.ts';

/** Two texts mean the same when these are equal; `others` are further files that includes find. */
export const meaningOf = (
  file: string,
  text: string,
  configId: string,
  others: Readonly<Record<string, string>> = {},
): string => {
  const { config } = parseConfig({
    file,
    read: memoryReader({ ...others, [file]: text }),
    configId,
    random: (min) => min,
  });
  return JSON.stringify(config, (key, value) => (key === 'at' ? null : value));
};
