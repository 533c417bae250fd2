// `vipward lsp` with clients that are not as they should be.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { LanguageClient } from './lib/language-client.ts';
import { vipward } from './lib/program.ts';

let server: ChildProcessWithoutNullStreams | undefined;

const started = (): ChildProcessWithoutNullStreams => {
  server = spawn(vipward, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
  return server;
};

afterEach(() => {
  if (server?.exitCode === null) server.kill();
});

test('a client that goes away in the middle of a message leaves no server behind', async () => {
  const alone = started();
  const ended = once(alone, 'exit');
  alone.stdin.end('Content-Length: 300\r\n\r\n{"jsonrpc"');
  expect(await ended).toEqual([1, null]);
});

test.each(['file://server/share/keepalived.conf', 'file:///etc/a%2Fb.conf', 'untitled:1', 'no address at all'])(
  'a document at %s, which is no file here, has no findings and ends nothing',
  async (uri) => {
    const other = started();
    const ended = once(other, 'exit');
    const editor = new LanguageClient(other);
    await editor.request('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    editor.notify('initialized', {});
    const textDocument = { uri, languageId: 'keepalived', version: 1, text: 'vrrp_instanc A {\n' };
    editor.notify('textDocument/didOpen', { textDocument });
    const position = { line: 0, character: 3 };
    expect(await editor.request('textDocument/hover', { textDocument: { uri }, position })).toBeNull();
    expect(await editor.request('textDocument/completion', { textDocument: { uri }, position })).toEqual([]);
    expect(await editor.request('shutdown', null)).toBeNull();
    editor.notify('exit', undefined);
    expect(await ended).toEqual([0, null]);
  },
);
