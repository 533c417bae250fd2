// The reference and the sources agree: every error code is documented, and nothing else is.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('../', import.meta.url);
// Where the sources give codes: in the type of an error class, to its constructor, and in errors that are values.
const codeForms = [
  /type \w*ErrorCode\s*=([^;]+);/g,
  /new \w+Error\(\s*('[A-Z_]+')/g,
  /\bcode(?:: \w+)? ?[:=] ('[A-Z_]+')/g,
];

test('docs/reference/errors.md lists exactly the codes that the sources give', () => {
  const folders = readdirSync(new URL('packages/', root)).map((name) => new URL(`packages/${name}/src/`, root));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(new URL(path, folder), 'utf8')),
  );
  const forms = sources.flatMap((text) =>
    codeForms.flatMap((form) => Array.from(text.matchAll(form), ([, found]) => found)),
  );
  const given = new Set(forms.flatMap((form = '') => Array.from(form.matchAll(/'([A-Z_]+)'/g), ([, code]) => code)));
  const page = readFileSync(new URL('docs/reference/errors.md', root), 'utf8');
  const listed = new Set(Array.from(page.matchAll(/^\| `([A-Z_]+)` +\|/gm), ([, code]) => code));
  expect([...given].sort()).toEqual([...listed].sort());
});

test('every link between the documents leads to a file', () => {
  const pages = [
    'README.md',
    ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => `docs/${path}`),
  ];
  const broken = pages.flatMap((page) => {
    const from = new URL(page, root);
    const links = Array.from(
      readFileSync(from, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g),
      ([, link]) => link ?? '',
    );
    return links
      .filter((link) => {
        const target = new URL(link, from);
        try {
          return link.endsWith('/') ? readdirSync(target).length === 0 : readFileSync(target).length === 0;
        } catch {
          return true;
        }
      })
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});
