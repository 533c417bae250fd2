// The file `-`: standard input, read whole before it is looked into.
import type { SourceReader, SourceText } from '@vipward/config';
import { diskReader, readerWithPipe } from '@vipward/daemon/check';
import { inputIsDirectory } from './input-directory.ts';

export interface Source {
  /** As findings name it. */
  readonly file: string;
  readonly read: SourceReader;
}

export const isStandardInput = (file: string): boolean => file === '-' || file === '/dev/stdin';

/** Not readFileSync(0): a pipe that is empty for a moment answers EAGAIN once Node has made its stream of it. */
export const standardInput = async (): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** What includes of standard input name is relative to the working directory. */
export const sourceOf = async (file: string): Promise<Source> => {
  if (!isStandardInput(file)) return { file, read: readerWithPipe(file) };
  const source: SourceText = inputIsDirectory()
    ? { kind: 'refused', reason: 'is a directory' }
    : { kind: 'text', text: (await standardInput()).toString('utf8') };
  const name = '<stdin>';
  return { file: name, read: { ...diskReader, text: (path) => (path === name ? source : diskReader.text(path)) } };
};
