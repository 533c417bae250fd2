// `vipward config fmt FILE`: formats one file, to stdout or in its place.

import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { renderDiagnostic } from '@vipward/config';
import { formatConfig } from '@vipward/config/format';
import { defaultConfigId } from '@vipward/daemon';
import { coded } from './coded.ts';

export interface FmtOptions {
  /** Puts the result in the place of the file. */
  readonly write?: boolean;
  /** Says only, by the exit status, whether the file is formatted. */
  readonly check?: boolean;
  readonly configId?: string;
}

type Encoding = 'utf8' | 'latin1';

export interface Output {
  readonly out: (text: string, encoding?: Encoding) => void;
  readonly error: (text: string) => void;
}

/**
 * `stdin` is what came in where the file is standard input. Returns 0; 1 when the file is refused (braces or quotes do not close) or, with `check`, is not formatted; 2 when it cannot be
 * read or written. Nothing is written in any of these cases.
 */
export const runFmt = (written: string, options: FmtOptions, { out, error }: Output, stdin?: Uint8Array): number => {
  const file = stdin === undefined ? written : '<stdin>';
  if (stdin !== undefined && options.write === true) {
    error(coded('COMMAND_USAGE', 'vipward config fmt: standard input has no place to write to: leave out --write'));
    return 2;
  }
  let source: Source;
  try {
    source = decode(stdin ?? readFileSync(file));
  } catch (cause) {
    error(coded('FILE_UNREADABLE', `vipward config fmt: cannot read ${file}: ${reasonOf(cause)}`));
    return 2;
  }
  const { text, encoding } = source;
  const result = formatConfig({ file, text, configId: options.configId ?? defaultConfigId() });
  if (result.kind === 'refused') {
    for (const diagnostic of result.diagnostics) error(`${renderDiagnostic(diagnostic)}\n`);
    error(`${file} is left as it is: mend its structure first\n`);
    return 1;
  }
  if (foreign(result.text) !== foreign(text)) {
    error(`${file} is left as it is: it is not UTF-8, and its other characters would not stay\n`);
    return 1;
  }
  const same = result.text === text;
  if (options.check === true) {
    if (!same)
      error(`${file} is not formatted${stdin === undefined ? `: run vipward config fmt --write ${file}` : ''}\n`);
    return same ? 0 : 1;
  }
  if (options.write !== true) {
    out(result.text, encoding);
    return 0;
  }
  if (same) return 0;
  try {
    replace(file, Buffer.from(result.text, encoding));
    return 0;
  } catch (cause) {
    error(coded('FILE_UNWRITABLE', `vipward config fmt: cannot write ${file}: ${reasonOf(cause)}; it is as it was`));
    return 2;
  }
};

/** The streams of this process. */
export const standardOutput: Output = {
  out: (text, encoding = 'utf8') => void process.stdout.write(text, encoding),
  error: (text) => void process.stderr.write(text),
};

interface Source {
  readonly text: string;
  readonly encoding: Encoding;
}

// Comments in old files are often Latin 1: every byte must come out as it went in, so each is read as one character then.
const decode = (bytes: Uint8Array): Source => {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return { text: Buffer.from(bytes).toString(encoding), encoding };
};

// What is beyond ASCII; as Latin 1, some of it would count as blank.
const foreign = (text: string): string => text.replace(/\p{ASCII}/gu, '');

// Whoever reads meanwhile sees the old file or the new one. Mode and owner stay, and a symbolic link stays a link.
const replace = (link: string, bytes: Buffer): void => {
  const file = realpathSync(link);
  const { mode, uid, gid } = statSync(file);
  const fresh = `${file}.${process.pid}.new`;
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      fchownSync(descriptor, uid, gid);
      fchmodSync(descriptor, mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, file);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw cause;
  }
};

/** In the words of `vipward check`, without the system call that Node adds. */
const reasonOf = (cause: unknown): string => {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);
  return reasons[code] ?? code;
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a directory',
  EACCES: 'this user may not do that to the file or its directory',
  EPERM: 'this user may not do that to the file or its directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the file system is full',
};
