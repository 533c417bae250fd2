// `vipward lsp` as an editor uses it: the real command, over its standard streams.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { LanguageClient, type Message } from './lib/language-client.ts';
import { vipward } from './lib/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipward-lsp-'));
const server = spawn(vipward, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
const ended = once(server, 'exit');
const editor = new LanguageClient(server);

afterEach(() => {
  if (server.exitCode === null) server.kill();
  rmSync(folder, { recursive: true });
});

const isFindingsOf =
  (uri: string) =>
  ({ method, params }: Message): boolean =>
    method === 'textDocument/publishDiagnostics' && Object(params).uri === uri;

test('an editor gets findings, proposals, help and definitions, and the server ends when it is told to', async () => {
  const main = join(folder, 'keepalived.conf');
  const scripts = join(folder, 'scripts.conf');
  const uri = pathToFileURL(main).href;
  writeFileSync(scripts, 'vrrp_script chk_web {\n  script "/bin/true"\n}\n');
  const text = [
    'include scripts.conf',
    'vrrp_instance VI_1 {',
    '  stat MASTER',
    '  interface eth0',
    '  virtual_router_id 51',
    '  track_script {',
    '    chk_web',
    '  }',
    '  virtual_ipaddress { 10.0.0.1 }',
    '}',
  ];

  const { capabilities } = Object(
    await editor.request('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { configId: 'main' },
    }),
  );
  expect(capabilities).toMatchObject({ hoverProvider: true, definitionProvider: true });
  editor.notify('initialized', {});
  const textDocument = { uri, languageId: 'keepalived', version: 1, text: `${text.join('\n')}\n` };
  editor.notify('textDocument/didOpen', { textDocument });

  const first = await editor.next(isFindingsOf(uri));
  expect(first.params).toMatchObject({
    uri,
    diagnostics: expect.arrayContaining([
      expect.objectContaining({
        code: 'unknown-keyword',
        range: { start: { line: 2, character: 2 }, end: { line: 2, character: 6 } },
        message: expect.stringContaining('did you mean state?'),
      }),
    ]),
  });

  const at = (line: number, character: number): object => ({ textDocument: { uri }, position: { line, character } });
  expect(await editor.request('textDocument/definition', at(6, 6))).toEqual([
    { uri: pathToFileURL(scripts).href, range: { start: { line: 0, character: 12 }, end: { line: 0, character: 19 } } },
  ]);
  expect(await editor.request('textDocument/hover', at(4, 5))).toMatchObject({
    contents: { value: expect.stringContaining('virtual_router_id NUMBER (1 to 255)') },
  });

  // What is typed counts at once, before the findings are made again.
  editor.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: { line: 2, character: 2 }, end: { line: 2, character: 13 } }, text: 'state B' }],
  });
  const proposed = await editor.request('textDocument/completion', at(2, 9));
  expect(proposed).toEqual([
    expect.objectContaining({ label: 'MASTER' }),
    expect.objectContaining({ label: 'BACKUP' }),
  ]);
  const second = await editor.next(isFindingsOf(uri));
  expect(JSON.stringify(second.params)).not.toContain('unknown-keyword');
  expect(JSON.stringify(second.params)).toContain('is not known for state');

  expect(await editor.request('shutdown', null)).toBeNull();
  editor.notify('exit', undefined);
  expect(await ended).toEqual([0, null]);
});
