// Starting one program loads nothing of the others: what `import` at the top of the files leads to.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const packages = new URL('../../', import.meta.url);

/** Everything that loading a source file loads; imports of types and those made later do not count. */
const loadedBy = (entry: string): ReadonlySet<string> => {
  const loaded = new Set<string>();
  const visit = (file: URL): void => {
    if (loaded.has(file.href)) return;
    loaded.add(file.href);
    const text = readFileSync(file, 'utf8');
    for (const [, clause = '', from = ''] of text.matchAll(/^(?:import|export) (?:([^;'"]*?) from )?'([^']+)'/gm)) {
      if (clause.startsWith('type ')) continue;
      const next = resolve(from, file);
      if (next === undefined) loaded.add(from);
      else visit(next);
    }
  };
  visit(new URL(entry, packages));
  return loaded;
};

const resolve = (from: string, file: URL): URL | undefined => {
  if (from.endsWith('.json')) return undefined;
  if (from.startsWith('.')) return new URL(from, file);
  const [, name, path] = /^@vipward\/([a-z]+)(\/.+)?$/.exec(from) ?? [];
  if (name === undefined) return undefined;
  const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8'));
  const target: string = manifest.exports[`.${path ?? ''}`];
  return new URL(`${name}/${target}`, packages);
};

const own = (loaded: ReadonlySet<string>): readonly string[] =>
  [...loaded].map((name) => name.replace(packages.href, '')).filter((name) => !name.startsWith('node:'));

describe('starting', () => {
  test('finds what it looks for', () => {
    const loaded = own(loadedBy('cli/src/lsp/main.ts'));
    expect(loaded).toEqual(expect.arrayContaining(['vscode-languageserver/node', 'config/src/keywords/table.ts']));
  });

  test.each(['cli/src/main.ts', 'cli/src/ipvsadm/main.ts', 'cli/src/realserver/main.ts'])(
    '%s loads no language server, completion, reference, schema or parser',
    (entry) => {
      const heavy = /lsp\/|completion\/|vscode|^zod$|commander|config\/src\/(?:reference|schema|outline|parse)/;
      expect(own(loadedBy(entry)).filter((name) => heavy.test(name))).toEqual([]);
    },
  );

  test('the daemon loads none of what is made for editors and tools', () => {
    const heavy = /lsp\/|completion\/|vscode|^zod$|commander|config\/src\/(?:reference|schema|outline)/;
    for (const entry of ['cli/src/keepalived.ts', 'cli/src/checking.ts'])
      expect(own(loadedBy(entry)).filter((name) => heavy.test(name))).toEqual([]);
  });

  test('a check loads nothing of what a running daemon needs', () => {
    const heavy = /^(?:health|reconciler|notify\/src\/(?!account)|daemon\/src\/(?:supervisor|worker|control)|undici)/;
    expect(own(loadedBy('cli/src/checking.ts')).filter((name) => heavy.test(name))).toEqual([]);
  });
});
