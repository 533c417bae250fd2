// What to do about words that do not fit: the usual slips, recognised by how they look.
import { ownProperty } from '../own-property.ts';
import type { DiagnosticCode } from './codes.ts';
import { suggest } from './suggest.ts';

/** For a word that should be an IP address without a prefix. */
export const addressHint = (text: string): string | undefined => {
  const port = /^\[?([0-9a-fA-F:.]+?)\]?:(\d+)$/.exec(text);
  if (text.startsWith('$')) return undefinedHint(text);
  if (text === '\\') return CONTINUATION;
  if (port !== null && /^\[|^[\d.]+:/.test(text))
    return `write the port as a word of its own, and no brackets: ${port[1]} ${port[2]}`;
  if (text.includes('/')) return `write it without a prefix length: ${text.slice(0, text.indexOf('/'))}`;
  if (/^[\d.]+,/.test(text)) return 'write each address on a line of its own, without a comma';
  if (/^\d+(?:\.\d+){3}-/.test(text))
    return 'a range is possible in a virtual_server_group only; write each address by itself';
  if (/^\d+(?:\.\d+){3}$/.test(text) && /(?:^|\.)0\d/.test(text))
    return `write it without leading zeros: ${text.replace(/(^|\.)0+(?=\d)/g, '$1')}`;
  if (/^\d+$/.test(text)) return 'is the address missing, or do address and port stand in the wrong order?';
  if (/^[\d.]+$/.test(text)) return 'an IPv4 address has four parts from 0 to 255, without leading zeros';
  if (text.includes('%')) return 'write it without %: the interface is named by dev or interface';
  if (/^[\w.-]*[g-zG-Z][\w.-]*$/.test(text)) return 'names are not looked up here: write the address';
  return undefined;
};

/** For a { that opens nothing, in the line as it was written: the braces of a parameter without a value, or of a template. */
export const braceHint = (line: string, column: number): string | undefined => {
  const [, name] = /^\$\{(\w+)\}/.exec(line.slice(Math.max(column - 2, 0))) ?? [];
  if (name !== undefined) return undefinedHint(`$${name}`);
  if (/\{[{%]|<%/.test(line)) return 'this looks like a template: check the file that is made of it';
  return undefined;
};

/** For a word that should be a number; `form` is what the keyword takes. */
export const numberHint = (text: string, keyword: string, form: string): string => {
  const takes = `${keyword} takes ${form}`;
  if (text === '=') return `write the value right after the keyword, without =; ${takes}`;
  if (text.startsWith('$')) return `${undefinedHint(text)}; ${takes}`;
  if (/^[\d.]+[;:,]$/.test(text)) return `write ${text.slice(0, -1)} alone; ${takes}`;
  if (/^\d+,\d+$/.test(text)) return `write a decimal point: ${text.replace(',', '.')}; ${takes}`;
  const unit = /^([\d.]+)(m?s|secs?|seconds?|m|min|minutes?|h)$/i.exec(text);
  if (unit !== null) return `write the number without a unit; ${takes}`;
  if (/^\d+\.\d+$/.test(text)) return `only whole numbers are possible; ${takes}`;
  return takes;
};

/** For a word that should be a port. */
export const portHint = (text: string): string | undefined => {
  if (text.startsWith('$')) return undefinedHint(text);
  return /^[a-zA-Z]/.test(text) ? 'names of services are not looked up: write the number' : undefined;
};

/** For what follows the `/` of an address. */
export const prefixHint = (text: string): string | undefined => {
  const mask = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (mask === null) return undefined;
  const bits = mask
    .slice(1)
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1+0*$/.test(bits)
    ? `write the number of its ones: /${bits.indexOf('0') < 0 ? 32 : bits.indexOf('0')}`
    : undefined;
};

/** For a word that is no keyword, by its look alone; `known` tells keywords of the block. */
export const keywordHint = (
  word: string,
  next: string | undefined,
  known: (name: string) => boolean,
): string | undefined => {
  if (word.startsWith('\ufeff'))
    return 'the file begins with a byte order mark, which is part of the first word; save it as UTF-8 without BOM';
  if (/[\u00a0\u2000-\u200b\u3000\ufeff]/.test(word))
    return 'the word holds a blank that is not the plain one (such as a no-break space); write it again by hand';
  if (word === 'nat_mask') return 'keepalived had it for Linux 2.2, and has not known it for years: remove the line';
  if (/^include[rmwba]?$/.test(word)) return `${word} takes a file name or a pattern: ${word} conf.d/*.conf`;
  if (/^\/[/*]/.test(word) || word === '--' || word === ';') return 'comments begin with # or !';
  if (word.startsWith('$'))
    return next === '=' ? `write ${word}=VALUE, without a blank before the =` : undefinedHint(word);
  const [, name = '', value = ''] = /^([A-Za-z_-]+)[=:;](.*)$/.exec(word) ?? [];
  if (known(name)) return `write ${name}${value === '' ? ' and its value with blanks only between them' : ` ${value}`}`;
  const synonym = ownProperty(SYNONYMS, word.toLowerCase())?.find(known);
  return synonym === undefined ? undefined : `did you mean ${synonym}?`;
};

export const CONTINUATION = 'a line does not go on after a backslash: remove it';

// Without braces a name ends at a blank only: $NAME/24 is not replaced.
const undefinedHint = (text: string): string => {
  const [, name = '', rest = ''] = /^\$\{?([A-Za-z_0-9]+)\}?(.*)$/.exec(text) ?? [];
  if (rest === '' || text.startsWith('${')) return `${name} is not defined above this line: $${name}=VALUE`;
  return `before anything but a blank, write the name in braces: \${${name}}${rest}`;
};

/** Words of other programs and documents, for words that keywords take. */
const VALUE_SYNONYMS: Readonly<Record<string, string>> = {
  slave: 'BACKUP',
  primary: 'MASTER',
  secondary: 'BACKUP',
  standby: 'BACKUP',
  active: 'MASTER',
  roundrobin: 'rr',
  'round-robin': 'rr',
  round_robin: 'rr',
  leastconn: 'lc',
  least_conn: 'lc',
  'least-connection': 'lc',
  source: 'sh',
  masq: 'NAT',
  masquerade: 'NAT',
  masquerading: 'NAT',
  route: 'DR',
  gateway: 'DR',
  gatewaying: 'DR',
  direct: 'DR',
  tunnel: 'TUN',
  ipip: 'TUN',
  http: 'TCP',
  https: 'TCP',
};

/** For a word that a keyword does not take, among those that it takes. */
export const choiceHint = (text: string, known: readonly string[]): string => {
  const meant = known.find((one) => one.toLowerCase() === text.toLowerCase());
  if (meant !== undefined) return `write it as ${meant}: upper and lower case matter`;
  const synonym = ownProperty(VALUE_SYNONYMS, text.toLowerCase());
  if (synonym !== undefined && known.includes(synonym)) return `did you mean ${synonym}?`;
  if (/^(?:NAT|DR|TUN)$/.test(text)) return `${text} belongs to lb_kind; here it is one of ${known.join(', ')}`;
  if (known.includes('NAT') && /^(?:w?rr|w?lc|lblcr?|[smd]h|fo|ovf|sed|nq)$/.test(text))
    return `${text} belongs to lb_algo; here it is one of ${known.join(', ')}`;
  // Half of a word of two letters is no resemblance.
  const near = text.length < 3 ? undefined : suggest(text, known);
  return near === undefined ? `it is one of ${known.join(', ')}` : `did you mean ${near}?`;
};

/** Names that other programs use. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  scheduler: ['lb_algo'],
  algorithm: ['lb_algo'],
  method: ['lb_kind'],
  mode: ['lb_kind'],
  vip: ['virtual_ipaddress'],
  vips: ['virtual_ipaddress'],
  virtual_ip: ['virtual_ipaddress'],
  virtual_address: ['virtual_ipaddress'],
  vrid: ['virtual_router_id'],
  server: ['real_server'],
  backend: ['real_server'],
  service: ['virtual_server'],
  device: ['interface'],
  password: ['auth_pass'],
  timeout: ['connect_timeout'],
  retries: ['retry'],
  script: ['misc_path'],
  command: ['misc_path', 'script'],
  members: ['group'],
};

/** For findings whose remedy is always the same: taken where the place that reports has nothing better to say. */
export const REMEDIES: Partial<Readonly<Record<DiagnosticCode, string>>> = {
  'include-missing': 'a relative name starts at the directory of the file that includes it',
  'include-cycle': 'remove the include, or name only the other files',
  'parameter-cycle': 'define one of them without the other',
  'unterminated-quote': 'close the quote on the same line',
  'wrong-order': 'move the line below the one it belongs to',
  'missing-interface': 'add a line: interface NAME',
  'missing-virtual-router-id':
    'add a line: virtual_router_id NUMBER (1 to 255, the same on all directors of the instance)',
  'no-virtual-address': 'add a block: virtual_ipaddress { ADDRESS/PREFIX }',
  'authentication-incomplete': 'both are needed: auth_type PASS and auth_pass WORD',
  'duplicate-address': 'remove one of them',
  'script-without-command': 'add its command: script in a vrrp_script, misc_path in a MISC_CHECK',
  'mixed-families': 'use addresses of one family here, or write one object for each family',
  'no-real-servers': 'add a block: real_server IP PORT { }',
  'duplicate-real-server': 'remove one of them; a larger share is given by weight',
  'duplicate-virtual-server': 'put the real servers of both into one block',
  'quorum-too-high': 'lower the quorum, or raise the weights',
  'checker-without-url': 'add a block: url { path / }',
  'url-without-path': 'add a line: path /',
};
