// The pages that are made from the sources are up to date.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { madeFolders, madePages } from './docs/pages.ts';

const root = new URL('../', import.meta.url);
const pages = await madePages();
const outOfDate = (path: string): string => `${path} is out of date: run \`npm run docs\` and commit what it writes`;

describe('the pages made from the sources', () => {
  test('are as `npm run docs` writes them now', () => {
    const wrong = [...pages].filter(([path, text]) => {
      const file = new URL(path, root);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    });
    expect(wrong.map(([path]) => outOfDate(path))).toEqual([]);
  });

  test('have no page of something that is gone among them', () => {
    const left = madeFolders.flatMap((folder) =>
      readdirSync(new URL(folder, root)).filter((name) => !pages.has(folder + name)),
    );
    expect(left.map(outOfDate)).toEqual([]);
  });
});
