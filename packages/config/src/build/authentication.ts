// authentication: the passwords of VRRP version 2.
import type { Block } from '../blocks/block.ts';
import type { VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';
import { at, blocksOf, find, text } from './values.ts';

const LONGEST = 8;

/** Absent unless both type and password are usable; version 3 has none (RFC 9568 section 5.2.8). */
export const buildAuthentication = (
  instance: Block,
  version: 2 | 3,
  report: Report,
): VrrpInstance['authentication'] | undefined => {
  const last = blocksOf(instance, 'authentication').at(-1);
  if (last === undefined) return undefined;
  const type = text(last.block, 'auth_type');
  const pass = text(last.block, 'auth_pass');
  const passAt = find(last.block, 'auth_pass');
  if (version === 3) {
    report(
      'warning',
      'authentication-ignored',
      'VRRP version 3 has no authentication; it is ignored',
      at(last.statement),
    );
    return undefined;
  }
  if (pass !== undefined && passAt !== undefined && new TextEncoder().encode(pass).length > LONGEST)
    report(
      'error',
      'auth-pass-too-long',
      `auth_pass is longer than ${LONGEST} bytes; only the first ${LONGEST} count`,
      at(passAt),
      { hint: 'the rest protects nothing: it is never sent' },
    );
  if ((type !== 'PASS' && type !== 'AH') || pass === undefined) {
    const missing = pass === undefined ? 'auth_pass' : 'auth_type';
    report(
      'error',
      'authentication-incomplete',
      `authentication without a usable ${missing} is ignored`,
      at(last.statement),
    );
    return undefined;
  }
  return { type, pass: new TextDecoder().decode(new TextEncoder().encode(pass).slice(0, LONGEST)) };
};
