// `vipward lsp`: the language server, speaking over standard input and output.
import { normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfigId, diskReader } from '@vipward/daemon';
import {
  createConnection,
  type InitializeParams,
  type InitializeResult,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../version.ts';
import { completionsAt } from './completion.ts';
import { definitionsAt } from './definition.ts';
import { formattingOf } from './formatting.ts';
import { hoverAt } from './hover.ts';
import { type Settings, settingsOf, Workspace } from './workspace.ts';

/** Milliseconds without a change after which findings are made again. */
const PAUSE = 150;

/** Ends when the client says so or goes away; returns the exit status. */
export const main = async (): Promise<number> => {
  const reader = new StreamMessageReader(process.stdin);
  // Its timer for the rest of a message would outlive a client that went away in the middle of one.
  reader.partialMessageTimeout = 0;
  const connection = createConnection(reader, new StreamMessageWriter(process.stdout));
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(diskReader, process.env);
  const published = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const openTexts = (): ReadonlyMap<string, string> =>
    new Map(
      documents.all().flatMap((document): [string, string][] => {
        const path = pathOf(document.uri);
        return path === undefined ? [] : [[path, document.getText()]];
      }),
    );
  const refresh = (): void => {
    clearTimeout(timer);
    timer = undefined;
    workspace.read(openTexts());
  };
  const publish = async (): Promise<void> => {
    refresh();
    const findings = workspace.findings();
    const gone = [...published].filter((uri) => !findings.has(uri));
    published.clear();
    for (const uri of gone) await connection.sendDiagnostics({ uri, diagnostics: [] });
    for (const [uri, diagnostics] of findings) {
      published.add(uri);
      await connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] });
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void publish(), PAUSE);
  };
  /** The project of a document as it is now: a request may come before the pause is over. */
  const projectOf = (uri: string): ReturnType<Workspace['projectOf']> => {
    if (timer !== undefined) {
      refresh();
      later();
    }
    const path = pathOf(uri);
    return path === undefined ? undefined : workspace.projectOf(path);
  };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    workspace.settings = settings(params);
    return {
      serverInfo: { name: 'vipward', version },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [' ', '$', '{', '/'] },
        hoverProvider: true,
        definitionProvider: true,
        documentFormattingProvider: true,
      },
    };
  });
  documents.onDidChangeContent(later);
  documents.onDidClose(later);
  documents.onDidSave(later);
  connection.onCompletion(({ textDocument, position }) => {
    const found = projectOf(textDocument.uri);
    return found === undefined ? [] : completionsAt(found.project, found.path, position);
  });
  connection.onHover(({ textDocument, position }) => {
    const found = projectOf(textDocument.uri);
    return found === undefined ? undefined : hoverAt(found.project, found.path, position);
  });
  connection.onDefinition(({ textDocument, position }) => {
    const found = projectOf(textDocument.uri);
    return found === undefined ? [] : definitionsAt(found.project, found.path, position);
  });
  connection.onDocumentFormatting(({ textDocument }) => {
    const found = projectOf(textDocument.uri);
    return found === undefined ? [] : formattingOf(found.project, found.path);
  });
  documents.listen(connection);
  const ended = new Promise<number>((resolve) => {
    let orderly = false;
    connection.onShutdown(() => {
      orderly = true;
      clearTimeout(timer);
    });
    const end = (): void => {
      clearTimeout(timer);
      resolve(orderly ? 0 : 1);
    };
    connection.onExit(end);
    process.stdin.once('end', end);
  });
  connection.listen();
  return ended;
};

const settings = ({ initializationOptions }: InitializeParams): Settings =>
  settingsOf(initializationOptions, defaultConfigId());

// A file of another host, or a name with an encoded slash, is no file that could be read.
const pathOf = (uri: string): string | undefined => {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return normalize(fileURLToPath(uri));
  } catch {
    return undefined;
  }
};
