// authentication and auth_hmac of vrrp_instance: how directors trust each other's adverts.
import { choice, text, uint, words } from '../grammar.ts';
import { block } from '../row.ts';

export const authenticationRows = block('vrrp_instance.authentication', [
  {
    name: 'auth_type',
    grammar: choice('PASS', 'AH'),
    default: 'none',
    help: 'kind of authentication; AH not for IPv6',
    acted: true,
  },
  { name: 'auth_pass', grammar: text('STR'), default: 'required', help: 'password', acted: true },
]);

export const authHmacRows = block('vrrp_instance.auth_hmac', [
  {
    name: 'key',
    grammar: words('uint 1..255 {STR | hex:DIGITS | file:PATH} of 32..64 bytes'),
    repeat: 'adds',
    help: 'signing key; a file readable by others is a security error',
    acted: true,
  },
  { name: 'active_key', grammar: uint(1, 255), default: 'required', help: 'key used for sending', acted: true },
  {
    name: 'time_window',
    grammar: uint(1, 300, { unit: 's' }),
    default: 'max(3*advert_int, 5)',
    help: 'age accepted in time mode',
    acted: true,
  },
  {
    name: 'anti_replay',
    grammar: choice('time', 'monotonic'),
    default: 'time',
    help: 'replay protection',
    acted: true,
  },
  {
    name: 'mode',
    grammar: choice('enforce', 'permissive', 'receive-only'),
    default: 'enforce',
    help: 'migration mode',
    acted: true,
  },
]);
