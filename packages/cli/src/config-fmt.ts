// `vipward config fmt FILE`: formats one file, to stdout or in its place.
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
import { hostname } from 'node:os';
import { renderDiagnostic } from '@vipward/config';
import { formatConfig } from '@vipward/config/format';
import { defaultConfigId } from '@vipward/daemon';

export interface FmtOptions {
  /** Puts the result in the place of the file. */
  readonly write?: boolean;
  /** Says only, by the exit status, whether the file is formatted. */
  readonly check?: boolean;
  readonly configId?: string;
}

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/**
 * Returns 0; 1 when the file is refused (braces or quotes do not close) or, with `check`, is not formatted; 2 when it cannot be
 * read or written. Nothing is written in any of these cases.
 */
export const runFmt = (file: string, options: FmtOptions, { out, error }: Output): number => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    error(`vipward config fmt: cannot read ${file}: ${reasonOf(cause)}\n`);
    return 2;
  }
  const result = formatConfig({ file, text, configId: options.configId ?? defaultConfigId(hostname()) });
  if (result.kind === 'refused') {
    for (const diagnostic of result.diagnostics) error(`${renderDiagnostic(diagnostic)}\n`);
    error(`${file} is left as it is: mend its structure first\n`);
    return 1;
  }
  const same = result.text === text;
  if (options.check === true) {
    if (!same) error(`${file} is not formatted: run vipward config fmt --write ${file}\n`);
    return same ? 0 : 1;
  }
  if (options.write !== true) {
    out(result.text);
    return 0;
  }
  if (same) return 0;
  try {
    replace(file, result.text);
    return 0;
  } catch (cause) {
    error(`vipward config fmt: cannot write ${file}: ${reasonOf(cause)}; it is as it was\n`);
    return 2;
  }
};

/** The streams of this process. */
export const standardOutput: Output = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

// Whoever reads meanwhile sees the old file or the new one. Mode and owner stay, and a symbolic link stays a link.
const replace = (link: string, text: string): void => {
  const file = realpathSync(link);
  const { mode, uid, gid } = statSync(file);
  const fresh = `${file}.${process.pid}.new`;
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    try {
      const bytes = Buffer.from(text, 'utf8');
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

const reasonOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause);
