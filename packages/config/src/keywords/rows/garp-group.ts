// garp_group: interfaces that share the pace of gratuitous ARP and NA messages.
import { flag, interfaceName, seconds } from '../grammar.ts';
import { block } from '../row.ts';

export const garpGroupRows = block('garp_group', [
  {
    name: 'garp_interval',
    grammar: seconds(0, 4294.967295),
    default: 'none',
    help: 'gap between GARP messages',
    acted: true,
  },
  {
    name: 'gna_interval',
    grammar: seconds(0, 4294.967295),
    default: 'none',
    help: 'gap between NA messages; a group with neither interval is dropped with an error',
    acted: true,
  },
  { name: 'interface', grammar: interfaceName, repeat: 'adds', help: 'interface the limits apply to', acted: true },
  { name: 'interfaces', grammar: flag, body: 'words', help: 'interfaces that share the limits', acted: true },
]);
