// SSL: what checks over TLS show and trust.
import { text } from '../grammar.ts';
import { block } from '../row.ts';

export const sslRows = block('SSL', [
  {
    name: 'password',
    grammar: text('STR'),
    repeat: 'last-reported',
    default: 'none',
    help: 'key password',
    acted: true,
  },
  {
    name: 'ca',
    grammar: text('PATH'),
    repeat: 'last-reported',
    default: 'none',
    help: 'CA file; the servers are not verified by it',
    acted: true,
  },
  {
    name: 'certificate',
    grammar: text('PATH'),
    repeat: 'last-reported',
    default: 'none',
    help: 'certificate file',
    acted: true,
  },
  { name: 'key', grammar: text('PATH'), repeat: 'last-reported', default: 'none', help: 'key file', acted: true },
]);
