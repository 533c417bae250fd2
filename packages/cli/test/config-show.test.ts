// vipward config show on files of the disk.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diskReader } from '@vipward/daemon';
import { runShow, type ShowOptions } from '../src/config-show.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-show-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (text: string | undefined, options: ShowOptions = {}) => {
  const file = join(folder, 'keepalived.conf');
  if (text !== undefined) writeFileSync(file, text);
  let out = '';
  let error = '';
  const status = runShow({ file, read: diskReader }, options, {
    out: (piece) => {
      out += piece;
    },
    error: (piece) => {
      error += piece;
    },
  });
  return { status, out: out.replaceAll(`${folder}/`, ''), error };
};

test('values are shown with the place they come from', () => {
  const { status, out, error } = run('global_defs {\n@one router_id a\n@two router_id b\n}\n', { configId: 'two' });
  expect({ status, error }).toEqual({ status: 0, error: '' });
  expect(out).toMatch(/^ {4}router_id b +# keepalived\.conf:3$/m);
});

test('--json is one object of values and origins', () => {
  const { blocks, files } = JSON.parse(run('global_defs {\nrouter_id a\n}\n', { json: true }).out);
  expect(files).toEqual(['keepalived.conf']);
  expect(blocks[0].values).toContainEqual({ keyword: 'router_id', value: 'a', from: 'keepalived.conf:2' });
});

test('errors are told, and what is left is shown', () => {
  const { status, out, error } = run('global_defs {\nrouter_id a\n');
  expect(status).toBe(1);
  expect(error).toContain('[missing-close-brace]');
  expect(out).toContain('router_id a');
});

test('a file that is not there is said', () => {
  const { status, out, error } = run(undefined);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(error).toContain('[file-missing]');
});
