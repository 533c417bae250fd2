// The words of `vipward check`, read without the library that explains command lines.
import type { CheckOptions } from './check.ts';

/** Undefined for everything that is not plain; `vipward.ts` says then what is wrong, or helps. */
export const parseCheck = (
  words: readonly string[],
): { readonly file: string; readonly options: CheckOptions } | undefined => {
  let file: string | undefined;
  let options: CheckOptions = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--json') options = { ...options, json: true };
    else if (word === '--strict') options = { ...options, strict: true };
    else if (word === '--config-id') {
      const configId = words[++i];
      if (configId === undefined || configId.startsWith('-')) return undefined;
      options = { ...options, configId };
    } else if (word.startsWith('--config-id=')) options = { ...options, configId: word.slice('--config-id='.length) };
    else if (file !== undefined || word === '' || (word.startsWith('-') && word !== '-')) return undefined;
    else file = word;
  }
  return file === undefined ? undefined : { file, options };
};
