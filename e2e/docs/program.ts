// Writes the pages that are made from the sources, and removes those that are made no longer.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { madeFolders, madePages } from './pages.ts';

const root = new URL('../../', import.meta.url);
const pages = await madePages();
for (const folder of madeFolders) {
  mkdirSync(new URL(folder, root), { recursive: true });
  for (const name of readdirSync(new URL(folder, root)))
    if (!pages.has(folder + name)) rmSync(new URL(folder + name, root));
}
for (const [path, text] of pages) writeFileSync(new URL(path, root), text);
process.stdout.write(`${pages.size} files written below docs/reference\n`);
