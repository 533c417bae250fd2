// Stamps: what a step was last done with, so that it is done again only when that changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir, root } from './place.mjs';

const stampFile = (name) => join(buildDir, 'stamps', name);

export const isFresh = (name, digest) =>
  existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === digest;

export function setStamp(name, digest) {
  mkdirSync(join(buildDir, 'stamps'), { recursive: true });
  writeFileSync(stampFile(name), digest);
}

/** A digest of the contents of these files (relative to the repository; one that is missing counts as missing). */
export function digestFiles(paths, more = '') {
  const hash = createHash('sha256').update(more);
  for (const path of paths) {
    const file = join(root, path);
    hash.update(`\0${path}\0`).update(existsSync(file) ? readFileSync(file) : 'missing');
  }
  return hash.digest('hex');
}

/** Every file below these folders, sorted. */
export const filesBelow = (folders) => folders.flatMap(walk).sort();

function walk(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Folders of the workspace's packages. */
export const packageFolders = () =>
  readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name))
    .filter((folder) => statSync(join(root, folder)).isDirectory());
