// A usable way to write every keyword of the table, in a configuration small enough that only its own value makes a difference.
import { allBlocks, type Grammar, type KeywordRow } from '../../src/index.ts';

/** How a keyword is written where the general rule does not do. */
interface Sample {
  /** What stands after the keyword. */
  readonly words?: string;
  /** What stands between its braces. */
  readonly body?: string;
  /** Lines that must be there too, with the keyword and without. */
  readonly beside?: string;
  /** Lines at the top level that must be there too. */
  readonly top?: string;
}

const INSTANCE = 'interface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n10.1.1.1\n}';
const OTHERS = [1, 2, 3]
  .map(
    (id) => `vrrp_instance O${id} {\ninterface eth9\nvirtual_router_id ${id}\nvirtual_ipaddress {\n10.2.2.${id}\n}\n}`,
  )
  .join('\n');
const TRACKABLE =
  'vrrp_script s1 {\nscript /bin/s1\n}\ntrack_file f1 {\nfile /f1\n}\nvrrp_track_process p1 {\nprocess p1\n}\nbfd_instance b1 {\nneighbor_ip 10.3.3.3\n}\ntrack_group g1 {\ngroup {\nO1\n}\n}';
const REAL = 'weight 5\nTCP_CHECK {\n}';
const SERVICE = 'protocol TCP\nlb_algo wlc\nlb_kind NAT\n';
const WITH_REAL = `${SERVICE}real_server 10.4.4.4 80 {\n${REAL}\n}`;

/** Lines that a block cannot be without, by its path. */
const NEEDED: Readonly<Record<string, string>> = {
  track_group: 'group {\nO1\n}',
  track_file: 'file /f',
  vrrp_track_file: 'file /f',
  vrrp_track_process: 'process p',
  vrrp_script: 'script /bin/true',
  vrrp_sync_group: 'group {\nO1\nO2\n}',
  garp_group: 'garp_interval 1\ninterfaces {\neth0\n}',
  bfd_instance: 'neighbor_ip 10.5.5.5',
  vrrp_instance: INSTANCE,
  'vrrp_instance.authentication': 'auth_type PASS\nauth_pass word',
  'vrrp_instance.auth_hmac': `key 1 ${'k'.repeat(32)}\nkey 2 ${'l'.repeat(32)}\nactive_key 1`,
  virtual_server: WITH_REAL,
  'virtual_server.real_server': 'TCP_CHECK {\n}',
  'virtual_server.real_server.HTTP_GET': 'url {\npath /\n}',
  'virtual_server.real_server.SSL_GET': 'url {\npath /\n}',
  'virtual_server.real_server.HTTP_GET.url': 'path /',
  'virtual_server.real_server.SSL_GET.url': 'path /',
  'virtual_server.real_server.MISC_CHECK': 'misc_path /bin/true',
  'virtual_server.real_server.FILE_CHECK': 'track_file f1',
  'virtual_server.real_server.BFD_CHECK': 'name b1',
};

/** What stands between the keyword of a block and its brace. */
const OPENERS: Readonly<Record<string, string>> = {
  track_group: 'G',
  track_file: 'F',
  vrrp_track_file: 'F',
  vrrp_track_process: 'P',
  vrrp_script: 'S',
  vrrp_sync_group: 'SG',
  bfd_instance: 'B',
  vrrp_instance: 'VI',
  virtual_server: '10.9.9.9 80',
  'virtual_server.real_server': '10.4.4.4 80',
  virtual_server_group: 'VSG',
};

const NEEDS_REGEX: Sample = { beside: 'regex abc' };
const sampleOf: Readonly<Record<string, Sample>> = {
  virtual_server_group: { words: 'VSG2', body: '10.0.0.1 80' },
  virtual_server: { words: '10.8.8.8 80', body: WITH_REAL },
  global_defs: { body: 'router_id x' },
  garp_group: { body: 'garp_interval 1' },
  track_group: { words: 'G2', body: 'group {\nO1\n}' },
  track_file: { words: 'F2', body: 'file /f' },
  vrrp_track_file: { words: 'F2', body: 'file /f' },
  vrrp_track_process: { words: 'P2', body: 'process p' },
  vrrp_script: { words: 'S2', body: 'script /bin/true' },
  vrrp_sync_group: { words: 'SG2', body: 'group {\nO1\nO2\n}' },
  vrrp_instance: { words: 'VI2', body: INSTANCE },
  bfd_instance: { words: 'B2', body: 'neighbor_ip 10.5.5.5' },
  SSL: { body: 'ca /ca.pem' },
  static_ipaddress: { body: '10.0.0.1/24 dev eth0' },
  static_routes: { body: '10.0.0.0/8 via 10.1.1.1 dev eth0' },
  static_rules: { body: 'from 10.0.0.0/8 table 7 preference 9' },
  linkbeat_interfaces: { body: 'eth0 MII' },
  interface_up_down_delays: { body: 'eth0 5 6.5' },
  'global_defs.notification_email': { body: 'a@example.com' },
  'global_defs.lvs_timeouts': { words: 'tcp 7 tcpfin 8 udp 9' },
  'global_defs.lvs_flush_on_stop': { words: 'VS' },
  'global_defs.lvs_flush_onstop': { words: 'VS' },
  'global_defs.lvs_sync_daemon': { words: 'eth0 inst O1 id 7 maxlen 1000 port 8 ttl 9 group 224.0.0.81' },
  'global_defs.dynamic_interfaces': { words: 'allow_if_changes' },
  'global_defs.vrrp_mcast_group4': { words: '224.0.0.99' },
  'global_defs.vrrp_mcast_group6': { words: 'ff02::99' },
  'global_defs.vrrp_garp_extra_if': { words: 'all 7' },
  'global_defs.vrrp_vmac_garp_intvl': { words: 'all 7' },
  'global_defs.vrrp_iptables': { words: 'IN OUT' },
  'global_defs.vrrp_ipsets': { words: 'a b c d e f' },
  'global_defs.vrrp_cpu_affinity': { words: '0 1' },
  'global_defs.checker_cpu_affinity': { words: '0 1' },
  'global_defs.bfd_cpu_affinity': { words: '0 1' },
  'global_defs.notify_fifo': { words: '/fifo user group' },
  'global_defs.vrrp_notify_fifo': { words: '/fifo user group' },
  'global_defs.lvs_notify_fifo': { words: '/fifo user group' },
  'global_defs.vrrp_rx_bufs_policy': { words: 'MTU' },
  'global_defs.umask': { words: 'IRWXO' },
  'global_defs.vrrp_version': { words: '3' },
  'track_group.group': { body: 'O2' },
  'track_file.init_file': { words: '5 overwrite' },
  'vrrp_track_file.init_file': { words: '5 overwrite' },
  'vrrp_track_process.process': { words: '"other one" -x' },
  'vrrp_track_process.param_match': { words: 'initial' },
  'vrrp_track_process.quorum_max': { words: '9' },
  'vrrp_sync_group.group': { body: 'O1\nO3' },
  'vrrp_sync_group.track_interface': { body: 'eth1 weight 5' },
  'vrrp_sync_group.track_script': { body: 's1' },
  'vrrp_sync_group.track_file': { body: 'f1' },
  'vrrp_sync_group.track_process': { body: 'p1' },
  'vrrp_sync_group.track_bfd': { body: 'b1' },
  'garp_group.interfaces': { body: 'eth5 eth6' },
  'bfd_instance.checker': { beside: '' },
  'vrrp_instance.state': { words: 'MASTER', beside: 'priority 100' },
  'vrrp_instance.priority': { words: '7' },
  'vrrp_instance.advert_int': { words: '7' },
  'vrrp_instance.version': { words: '3' },
  'vrrp_instance.authentication': { body: 'auth_type PASS\nauth_pass x' },
  'vrrp_instance.auth_hmac': { body: `key 1 ${'k'.repeat(40)}\nactive_key 1` },
  'vrrp_instance.virtual_ipaddress': { body: '10.1.1.7' },
  'vrrp_instance.virtual_ipaddress_excluded': { body: '10.1.1.8' },
  'vrrp_instance.virtual_routes': { body: 'default via 10.1.1.9 dev eth0' },
  'vrrp_instance.virtual_rules': { body: 'from 10.0.0.0/8 table 7 preference 9' },
  'vrrp_instance.track_interface': { body: 'eth1 weight 5 reverse' },
  'vrrp_instance.track_script': { body: 's1' },
  'vrrp_instance.track_file': { body: 'f1' },
  'vrrp_instance.track_process': { body: 'p1' },
  'vrrp_instance.track_bfd': { body: 'b1' },
  'vrrp_instance.mcast_dst_ip': { words: '224.0.0.99' },
  'vrrp_instance.unicast_peer': { body: '10.6.6.6 min_ttl 5 max_ttl 9' },
  'vrrp_instance.old_unicast_checksum': { words: 'never' },
  'vrrp_instance.preempt': { beside: 'nopreempt\nstate BACKUP' },
  'vrrp_instance.accept': { beside: 'strict_mode on\nversion 3' },
  'vrrp_instance.use_vmac': { words: 'name vrr.1 02:00:5e:00:01:33 netlink_notify_msg group 5' },
  'vrrp_instance.use_ipvlan': { words: 'name ipv.1 10.1.1.5 vepa group 5' },
  'vrrp_instance.garp_extra_if': { words: 'all 7' },
  'vrrp_instance.vmac_garp_intvl': { words: 'all 7' },
  'vrrp_instance.timer_expired_backup': { words: '7', beside: 'nopreempt\nstate BACKUP' },
  'vrrp_instance.thread_timer_expired': { words: '7', beside: 'nopreempt\nstate BACKUP' },
  'vrrp_instance.owner_ignore_adverts': { words: 'on', beside: 'priority 255' },
  'vrrp_instance.nopreempt': { beside: 'state BACKUP' },
  'vrrp_instance.native_ipv6': { beside: '' },
  'vrrp_instance.auth_hmac.key': { words: `3 hex:${'ab'.repeat(40)}` },
  'vrrp_instance.auth_hmac.active_key': { words: '2' },
  'virtual_server.ip_family': { words: 'inet6' },
  'virtual_server.lb_kind': { words: 'TUN type gre csum' },
  'virtual_server.lvs_method': { words: 'TUN type gue port 6080 remcsum' },
  'virtual_server.hashed': { beside: 'lb_algo sh' },
  'virtual_server.real_server.lthreshold': { beside: 'uthreshold 9' },
  'virtual_server.ops': { beside: 'protocol UDP' },
  'virtual_server.sh-port': { beside: 'lb_algo sh' },
  'virtual_server.sh-fallback': { beside: 'lb_algo sh' },
  'virtual_server.mh-port': { beside: 'lb_algo mh' },
  'virtual_server.mh-fallback': { beside: 'lb_algo mh' },
  'virtual_server.persistence_granularity': { words: '255.255.255.0' },
  'virtual_server.protocol': { words: 'udp' },
  'virtual_server.quorum': { words: '4' },
  'virtual_server.hysteresis': { words: '2', beside: 'quorum 5' },
  'virtual_server.weight': { words: '7', beside: 'real_server 10.4.4.9 80 {\n}' },
  'virtual_server.inhibit_on_failure': { beside: 'real_server 10.4.4.9 80 {\n}' },
  'virtual_server.sorry_server': { words: '10.7.7.7 80' },
  'virtual_server.sorry_server_inhibit': { beside: 'sorry_server 10.7.7.7 80' },
  'virtual_server.sorry_server_lvs_method': { words: 'DR', beside: 'sorry_server 10.7.7.7 80' },
  'virtual_server.real_server': { words: '10.4.4.8 80', body: '' },
  'virtual_server.real_server.lvs_method': { words: 'DR' },
  'virtual_server.real_server.SMTP_CHECK.host': { body: 'connect_port 99' },
  'virtual_server.real_server.HTTP_GET': { body: 'url {\npath /\n}' },
  'virtual_server.real_server.SSL_GET': { body: 'url {\npath /\n}' },
  'virtual_server.real_server.MISC_CHECK': { body: 'misc_path /bin/x' },
  'virtual_server.real_server.FILE_CHECK': { body: 'track_file f1' },
  'virtual_server.real_server.BFD_CHECK': { body: 'name b1' },
  'virtual_server.real_server.TCP_CHECK': { body: '' },
  'virtual_server.real_server.SMTP_CHECK': { body: '' },
  'virtual_server.real_server.DNS_CHECK': { body: '' },
  'virtual_server.real_server.PING_CHECK': { body: '' },
  'virtual_server.real_server.UDP_CHECK': { body: '' },
  'virtual_server.real_server.UDP_CHECK.payload': { words: '0a 0b0c' },
  'virtual_server.real_server.UDP_CHECK.require_reply': { words: '0aXX' },
  'virtual_server.real_server.UDP_CHECK.max_reply_length': { words: '300' },
  'virtual_server.real_server.REDIS_CHECK.user': { beside: 'password secret' },
  'virtual_server.real_server.FILE_CHECK.track_file': { words: 'f2', top: 'track_file f2 {\nfile /f2\n}' },
  'virtual_server.real_server.BFD_CHECK.name': {
    words: 'b2',
    top: 'bfd_instance b2 {\nneighbor_ip 10.3.3.4\n}',
  },
  ...Object.fromEntries(
    ['HTTP_GET', 'SSL_GET'].flatMap((kind) => {
      const path = `virtual_server.real_server.${kind}`;
      return [
        [`${path}.url`, { body: 'path /other' }],
        [`${path}.http_protocol`, { words: '1.1' }],
        [`${path}.url.status_code`, { words: '201 300-399' }],
        [`${path}.url.regex`, { words: '"a b"' }],
        [`${path}.url.regex_no_match`, NEEDS_REGEX],
        [`${path}.url.regex_options`, { words: 'caseless dotall', ...NEEDS_REGEX }],
        [`${path}.url.regex_min_offset`, NEEDS_REGEX],
        [`${path}.url.regex_max_offset`, NEEDS_REGEX],
        [`${path}.url.header`, { words: '"X-Sample: 1"' }],
        [`${path}.url.regex_stack`, { words: '1000 2000', ...NEEDS_REGEX }],
      ];
    }),
  ),
};

/** The words of options inside lines, where the general rule does not do. */
const OPTION_WORDS: Readonly<Record<string, string>> = {
  scope: 'link',
  broadcast: '10.255.255.255',
  brd: '+',
  peer: '10.1.1.99',
  preferred_lft: '77',
  track_group: 'g1',
  inet: '',
  inet6: '',
  from: '10.7.0.0/16',
  to: '10.7.0.0/16',
  via: '10.1.1.98',
  gw: '10.1.1.98',
  or: '10.1.1.97',
  src: '10.1.1.96',
  table: '77',
  lookup: '77',
  protocol: '77',
  tos: '0x10',
  dsfield: '0x10',
  encap: 'ip id 5 dst 10.1.1.95 ttl 9',
  mtu: 'lock 1400',
  advmss: '1400',
  rtt: '100ms',
  rttvar: 'lock 2s',
  reordering: '5',
  cwnd: '5',
  ssthresh: '5',
  realms: '3/4',
  rto_min: '200ms',
  features: 'ecn',
  congctl: 'cubic',
  pref: 'high',
  fwmark: '0x5/0xff',
  uidrange: '1-1000',
  ipproto: 'tcp',
  sport: '1-99',
  dport: '1-99',
  'tunnel-id': '99',
  priority: '55',
  preference: '55',
  order: '55',
  suppress_ifgroup: '5',
  sup_group: '5',
  goto: '200',
  nexthop: 'via 10.1.1.94 dev eth1 weight 5 onlink',
};

const wordsOf = (grammar: Grammar, row: KeywordRow): string => {
  switch (grammar.kind) {
    case 'flag':
      return '';
    case 'bool':
      return row.default?.includes('on (!)') ? 'off' : 'on';
    case 'integer':
      return String(Math.min(grammar.max, Math.max(grammar.min + 1, 7)));
    case 'decimal':
      return String(Math.max(grammar.min + 1, 7));
    case 'text':
      return 'sample';
    case 'choice':
      return grammar.words.at(-1) ?? '';
    case 'ip':
      return '10.1.1.77';
    case 'ip-port':
      return '10.1.1.77 99';
    case 'host-port':
      return 'mail.example.com 26';
    case 'service':
      return '10.8.8.8 80';
    case 'forwarding':
      return 'DR';
    case 'persistence-mask':
      return '255.255.255.0';
    case 'status-codes':
      return '201';
    case 'digest':
      return 'a'.repeat(32);
    case 'account':
      return 'user group';
    case 'script':
      return '"/bin/sample with words"';
    case 'words':
      return 'sample';
  }
};

export interface Written {
  /** A configuration that holds the keyword. */
  readonly text: string;
  /** The same without it. */
  readonly without: string;
  /** The same with it twice. */
  readonly twice: string;
}

/** Ways to write one row of the table, in its place; `value` stands there instead of the sample. */
export const write = (path: string, row: KeywordRow, value?: string): Written => {
  const key = path === '' ? row.name : `${path}.${row.name}`;
  const sample = sampleOf[key] ?? {};
  if (path.endsWith('.<line>')) return writeOption(path.slice(0, -'.<line>'.length), row);
  const words = value ?? sample.words ?? wordsOf(row.grammar, row);
  const line =
    row.body === undefined
      ? `${row.name} ${words}`
      : `${row.name} ${row.grammar.kind === 'flag' ? '' : words} {\n${sample.body ?? ''}\n}`;
  const inside = (text: string): string => place(path, row, sample, text);
  return { text: inside(line), without: inside(''), twice: inside(`${line}\n${line}`) };
};

const surrounding = (row: KeywordRow, text: string, top = ''): string =>
  `${row.name === 'enable_script_security' ? '' : 'global_defs {\nenable_script_security\n}\n'}${TRACKABLE}\n${top}\n${OTHERS}\n${text}\n`;

const place = (path: string, row: KeywordRow, { beside = '', top }: Sample, text: string): string => {
  const needed = withoutKeyword(NEEDED[path] ?? '', row);
  let inner = `${needed}\n${beside}\n${row.own ? ownLines(text) : text}`;
  const parts = path === '' ? [] : path.split('.');
  for (let depth = parts.length; depth > 0; depth--) {
    const here = parts.slice(0, depth).join('.');
    inner = `${parts[depth - 1]} ${OPENERS[here] ?? ''} {\n${inner}\n}`;
    const above = parts.slice(0, depth - 1).join('.');
    if (rowAt(above, parts[depth - 1] ?? '')?.own) inner = ownLines(inner);
    if (above === 'virtual_server') inner = `${SERVICE}${inner}`;
    else if (above === 'vrrp_instance') inner = `${INSTANCE}\n${inner}`;
  }
  return surrounding(row, inner, top);
};

const rowAt = (path: string, name: string): KeywordRow | undefined =>
  allBlocks()
    .find((block) => block.path === path)
    ?.rows.find((row) => row.name === name);

// keepalived does not know them.
const ownLines = (text: string): string => text.replaceAll(/^(?=.)/gm, '@vipward ');

// A keyword that may stand only once is not among what its block needs, where that goes.
const withoutKeyword = (needed: string, row: KeywordRow): string =>
  row.body === 'words' && row.name === 'group'
    ? ''
    : row.repeat !== 'first' || row.body !== undefined
      ? needed
      : needed
          .split('\n')
          .filter((line) => !line.startsWith(`${row.name} `))
          .join('\n');

const LINES: Readonly<Record<string, string>> = {
  static_ipaddress: '10.1.1.2/24 dev eth0',
  static_routes: '10.1.0.0/16 dev eth0',
  static_rules: 'from 10.0.0.0/8',
  'vrrp_instance.virtual_ipaddress': '10.1.1.2/24',
  'vrrp_instance.virtual_ipaddress_excluded': '10.1.1.2/24',
  'vrrp_instance.virtual_routes': '10.1.0.0/16 dev eth0',
  'vrrp_instance.virtual_rules': 'from 10.0.0.0/8',
  virtual_server_group: '10.1.1.2 80',
};

const ACTIONS = new Set(['table', 'lookup', 'l3mdev', 'goto', 'nop', 'type', 'blackhole', 'unreachable', 'prohibit']);
const PREFERENCES = new Set(['priority', 'preference', 'order']);

const writeOption = (path: string, row: KeywordRow): Written => {
  const rule = path.endsWith('rules');
  const route = path.endsWith('routes');
  const base = lineBase(path, row, rule);
  const added = optionText(path, row, route, rule);
  const block = (lines: string): string => {
    const parts = path.split('.');
    const value = `${parts.at(-1)} ${OPENERS[path] ?? ''} {\n${lines}\n}`;
    const group = path === 'virtual_server_group' ? `\nvirtual_server group VSG {\n${WITH_REAL}\n}` : '';
    return surrounding(row, parts.length === 1 ? value + group : `vrrp_instance VI {\n${INSTANCE}\n${value}\n}`);
  };
  return { text: block(added(base)), without: block(base), twice: block(added(added(base))) };
};

const lineBase = (path: string, row: KeywordRow, rule: boolean): string => {
  const line = LINES[path] ?? '';
  if (!rule) return line;
  const action = ACTIONS.has(row.name) ? 'table 5' : 'table 5';
  return `${line} ${action}${PREFERENCES.has(row.name) ? '' : ' preference 50'}`;
};

const optionText = (path: string, row: KeywordRow, route: boolean, rule: boolean): ((line: string) => string) => {
  const words = OPTION_WORDS[row.name] ?? wordsOf(row.grammar, row);
  switch (row.name) {
    case '<address>':
    case '<type and destination>':
      return (line) =>
        `${line}\n${route ? 'blackhole 10.9.0.0/16 dev eth0' : path === 'virtual_server_group' ? '10.1.1.3 81' : '10.1.1.3/25'}`;
    case '<range>':
      return (line) => `${line}\n10.1.1.4-6 80`;
    case 'inet':
    case 'inet6':
      // The family shows only where nothing else tells it.
      return (line) => `${line}\n${row.name} ${rule ? 'table 6 preference 60' : 'default dev eth0'}`;
    case 'from':
      return (line) =>
        rule
          ? line.replace('from 10.0.0.0/8', 'from 10.7.0.0/16')
          : `${line}\n2001:db8::/32 from 2001:db8:1::/48 dev eth0`;
    case 'protocol':
      return (line) => `${line} protocol 77 no_track`;
    case 'type':
      return (line) => line.replace('table 5', 'type blackhole');
    case 'fwmark':
      return (line) => (path === 'virtual_server_group' ? `${line}\nfwmark 7 inet` : `${line} fwmark ${words}`);
    case 'expires':
    case 'pref':
      return (line) => line.replace('10.1.0.0/16', `2001:db8::/32 ${row.name} ${words}`);
    case 'track_group':
      return (line) => `${line}${rule ? ' iif eth0' : ''} track_group ${words}`;
    case 'dev':
      return (line) => (route || rule ? `${line} dev ${words}` : `${line.replace(' dev eth0', '')} dev ${words}`);
    case 'as':
      return (line) => `${line} as to 10.9.9.9`;
    case 'prepend':
      return (line) => line.replace('dev eth0', 'add dev eth0 prepend');
    default:
  }
  if (rule && ACTIONS.has(row.name)) return (line) => line.replace('table 5', `${row.name} ${words}`);
  return (line) => `${line} ${row.name} ${words}`;
};

/** Every row with its path. */
export const everyRow = allBlocks().flatMap(({ path, rows }) => rows.map((row) => ({ path, row, name: row.name })));
