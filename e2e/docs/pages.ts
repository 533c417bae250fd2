// The pages that are made from the sources, in memory: what `npm run docs` writes and a test compares.
import { existsSync } from 'node:fs';
import { type CorpusDisagreement, compatibilityPage, keywordPages } from '@vipward/config/reference';
import { configJsonSchema } from '@vipward/config/schema';
import { formatJson } from './json.ts';

/** Folders in which every file is made: what is there and not among the pages is out of date. */
export const madeFolders = ['docs/reference/keywords/'] as const;

/** Path from the root of the repository to text. */
export const madePages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ...[...keywordPages()].map(([name, text]): [string, string] => [`docs/reference/keywords/${name}`, text]),
    ['docs/reference/compatibility.md', compatibilityPage(await disagreements())],
    ['docs/reference/config.schema.json', `${formatJson(configJsonSchema(), 0)}\n`],
  ]);

// The list stands beside the test that holds it to the corpus.
const listUrl = new URL('../../packages/config/test/corpus-disagreements.ts', import.meta.url);

const disagreements = async (): Promise<readonly CorpusDisagreement[] | undefined> => {
  if (!existsSync(listUrl)) return undefined;
  const list: unknown = await import(listUrl.href);
  const found = Object.values(list ?? {}).find(Array.isArray);
  return found?.filter(isDisagreement);
};

const isDisagreement = (entry: unknown): entry is CorpusDisagreement =>
  typeof entry === 'object' &&
  entry !== null &&
  'file' in entry &&
  typeof entry.file === 'string' &&
  'reason' in entry &&
  typeof entry.reason === 'string';
