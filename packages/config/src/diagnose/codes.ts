// Every code that a finding can have: what it means, and the exit status it stands for in a configuration test.

/** As `keepalived -t` ends (config-syntax section 13): 0 nothing to report, 2 a parameter is missing, 4 only what is fatal, 5 errors or warnings, 6 security or a checked include. */
export type ExitStatus = 0 | 2 | 4 | 5 | 6;

interface Code {
  readonly status: ExitStatus;
  readonly meaning: string;
}

const code = (meaning: string, status: ExitStatus = 5): Code => ({ status, meaning });

export const CODES = {
  // Files and lines
  'file-missing': code(
    'The configuration file cannot be read. keepalived -t ends with 0, or 4 where permission is missing.',
    0,
  ),
  'several-files': code('The pattern given with -f matches several files; all are read.'),
  'include-missing': code('A file named by include does not exist or cannot be read; the include is skipped.', 0),
  'include-check-failed': code(
    'The same, where includer, includem, includew, includeb, includea, include_check or -e asked for an error.',
    6,
  ),
  'include-cycle': code('A file includes itself, directly or through others; the inner include is skipped.'),
  'line-too-long': code(
    'A line is longer than 1023 bytes: its first 1023 bytes are dropped, the rest is read as a line.',
  ),
  'nul-byte': code('A line holds a NUL byte and is dropped; a file that is full of them is not read at all.'),
  'comment-inside-word': code('A # or ! inside a word starts a comment: what follows it does not count.', 0),
  'typographic-quote': code('A quote of a word processor is an ordinary character of the word.', 0),
  'unterminated-quote': code('A quote is not closed on its line.'),
  // Parameters and repetitions
  'bad-parameter': code(
    'The parameter _RANDOM or _ENV has other arguments than it takes. keepalived crashes at _ENV without a name.',
  ),
  'parameter-cycle': code(
    'The value of a parameter contains the parameter itself; the line is dropped. keepalived hangs there.',
  ),
  'expansion-too-long': code(
    'Parameters or repetitions grow beyond what any real file needs; what goes beyond is dropped.',
  ),
  'bad-repetition': code('A ~SEQ, ~SEQx or ~LST is malformed; the line is dropped.'),
  // Blocks
  'missing-open-brace': code('A keyword that opens a block is not followed by {.'),
  'missing-close-brace': code('A block is still open at the end of the files.'),
  'unexpected-open-brace': code('A { follows no keyword that takes a block; it is ignored.'),
  'extra-close-brace': code('A } closes nothing.'),
  'block-extra-words': code('Words stand between the keyword of a value block and its {.'),
  'extra-words': code('Words after the last parameter are ignored.', 0),
  // Keywords and their parameters
  'unknown-keyword': code('The keyword is not known in its block; the line, or its whole block, is skipped.'),
  'deprecated-keyword': code('The keyword still works, but another has taken its place.'),
  'old-spelling': code('The same, where keepalived does not count it as a finding.', 0),
  'not-acted-on': code('The keyword is read and checked, but vipward does nothing with it yet.', 0),
  'repeated-keyword': code('The keyword may stand only once in a block.'),
  'wrong-order': code('The keyword must stand below another one.'),
  'missing-parameter': code('A parameter is missing. keepalived stops reading there, and does not start.', 2),
  'missing-value': code('An option, or a keyword that does not count then, lacks the word after it.'),
  'bad-number': code('The word is not a number in base 10; the setting keeps its default.'),
  'out-of-range': code('The number is too small or too large; the setting keeps its default.'),
  'too-many-decimals': code('The number has more decimal places than keepalived keeps; it is rounded.'),
  'bad-value': code('The word is none of those the keyword takes.'),
  'bad-address': code('The word is not an IP address.'),
  'prefix-ignored': code(
    'A prefix length stands behind an address that takes none; as in keepalived it does not count.',
    0,
  ),
  'bad-prefix': code('The prefix length is not possible; the full length is taken.'),
  'bad-port': code('The word is not a port.'),
  'too-long': code('A name is longer than possible.'),
  'unknown-option': code('A word inside a line is not an option there.'),
  // VRRP
  'missing-interface': code('A vrrp_instance has no usable interface and is dropped.'),
  'missing-virtual-router-id': code('A vrrp_instance has no usable virtual_router_id and is dropped.'),
  'no-virtual-address': code('A vrrp_instance has no virtual IP address.'),
  'duplicate-instance': code('A name stands for two vrrp_instances; the second is dropped.'),
  'duplicate-vrid': code('Two instances have the same virtual_router_id, family and interface; the second is dropped.'),
  'address-of-two-instances': code(
    'A virtual address stands in two instances on one interface. keepalived says nothing.',
    0,
  ),
  'duplicate-script': code('A name stands for two vrrp_scripts; the second is dropped.'),
  'duplicate-address': code('A virtual address is given twice in an instance; the first one counts.'),
  'duplicate-tracked': code('An interface or script is tracked twice; the first one counts.'),
  'duplicate-peer': code('A unicast peer is given twice.'),
  'peer-is-self': code('A unicast_peer is the unicast_src_ip of the same instance. keepalived says nothing.', 0),
  'unknown-script': code('An instance tracks a script that is not defined; it is not tracked.'),
  'script-without-command': code('A vrrp_script or MISC_CHECK has no usable command and is dropped.'),
  'advert-int-rounded': code('advert_int is not possible in the version of the protocol; it is rounded.'),
  'nopreempt-without-effect': code('nopreempt goes neither with state MASTER nor with priority 255; it is cleared.'),
  'preempt-delay-without-effect': code(
    'preempt_delay goes neither with state MASTER nor with nopreempt; it is cleared.',
  ),
  'master-with-ah': code('state MASTER does not go with auth_type AH; BACKUP is taken.'),
  'authentication-incomplete': code('authentication lacks a usable auth_type or auth_pass; there is none.'),
  'authentication-ignored': code('VRRP version 3 has no authentication.'),
  'auth-pass-too-long': code('auth_pass is longer than 8 bytes; the rest is cut.'),
  'unknown-instance': code('A group or lvs_sync_daemon names a vrrp_instance that is not defined.'),
  'unknown-track-file': code('track_file or FILE_CHECK names a track_file that is not defined; it is not tracked.'),
  'unknown-track-process': code('track_process names a vrrp_track_process that is not defined; it is not tracked.'),
  'unknown-bfd': code('track_bfd or BFD_CHECK names a bfd_instance that is not defined; it is not tracked.'),
  'bfd-not-reported': code(
    'track_bfd or BFD_CHECK names a bfd_instance that reports to the other process alone (vrrp, checker); it is not tracked.',
  ),
  'unknown-track-group': code('A static address, route or rule names a track_group that is not defined.'),
  'duplicate-definition': code(
    'A name stands for two track_files, processes, groups or BFD instances; the second is dropped.',
  ),
  'incomplete-definition': code('A block lacks what it cannot be without and is dropped.'),
  'sync-group-too-small': code('A vrrp_sync_group has less than two members, so there is nothing to keep in step.'),
  'several-sync-groups': code('A vrrp_instance is a member of two vrrp_sync_groups; the first one counts.'),
  'several-garp-groups': code('An interface is in two garp_groups; the first one counts.'),
  'vrf-with-interface': code('A vrrp_instance has both vrf and interface; vrf is for unicast without an interface.'),
  'tracked-by-group': code(
    'The same interface is tracked by an instance and by its vrrp_sync_group; the interface of an instance always is.',
  ),
  'tracked-by-group-too': code(
    'The same script, file, process or BFD session is tracked by an instance and by its vrrp_sync_group.',
    0,
  ),
  'weight-in-group': code(
    'A member of a vrrp_sync_group without sync_group_tracking_weight tracks something with a weight, which could part the members.',
  ),
  'weight-of-owner': code(
    'An address owner (priority 255) tracks something with a weight, which cannot move its priority; it is not tracked, a file with weight 0.',
  ),
  'own-interface-tracked': code('The interface of an instance is tracked anyway; naming it has no effect.'),
  'unicast-without-peers': code('A keyword of unicast stands in an instance without unicast_peer, which is multicast.'),
  'not-with-unicast': code('A keyword of multicast stands in an instance with unicast_peer and has no effect.'),
  'iptables-not-supported': code(
    'vrrp_iptables asks for rules of iptables; nftables is used, as by a keepalived that was built without iptables.',
  ),
  'not-with-strict': code('vrrp_strict or strict_mode forbids this; it is ignored.'),
  'needs-vmac': code('A keyword of virtual MACs stands in an instance without use_vmac.'),
  'not-multicast': code('The address is not a multicast address of the kind that is needed.'),
  'timer-without-effect': code('A time is such that it cannot have the effect it is meant for.', 0),
  'route-protocol': code('A tracked route or rule has protocol keepalived; what was written does not count.'),
  'route-not-tracked': code('A route without dev, or a rule without iif, has no interface to track.'),
  'rule-without-preference': code('A rule without preference gets one that was perhaps not meant.'),
  'not-in-family': code('Only IPv4 addresses have labels, scopes and broadcast addresses; the option is ignored.'),
  'empty-block': code('A value block has nothing in it.'),
  // Scripts
  'relative-script': code(
    'The path of a command does not begin with /; it is looked for in the directories of PATH.',
    0,
  ),
  // Virtual servers
  'unknown-server-group': code('virtual_server group NAME names no virtual_server_group; it is dropped.'),
  'empty-server-group': code('A virtual_server_group has no usable address, range or mark.'),
  'bad-range': code('A range of addresses has its end below its start, or host bits set in its network.'),
  'range-too-large': code('A range holds more addresses than IPVS could have services.'),
  'duplicate-virtual-server': code(
    'Two virtual servers have the same address, port and protocol; the second is dropped. keepalived says nothing.',
    0,
  ),
  'duplicate-real-server': code('A real server stands twice in a virtual server; the second is dropped.'),
  'no-real-servers': code('A virtual server has no usable real server and is dropped.'),
  'mixed-families': code('IPv4 and IPv6 meet where they cannot; what does not fit is dropped.'),
  'default-taken': code(
    'protocol, scheduler or forwarding method of a virtual server is not given; the default is taken.',
  ),
  'protocol-of-fwmark': code('A firewall mark has no protocol; it is ignored.'),
  'port-of-fwmark': code('A real server of a firewall mark has no port unless the method is NAT; it does not count.'),
  'port-mismatch': code('DR and TUN cannot change the port; that of the virtual server is taken.'),
  'port-zero-without-persistence': code('A virtual server for every port needs persistence; 360 seconds are taken.'),
  'quorum-too-high': code('quorum is above the total weight; it is reduced.'),
  'hysteresis-too-high': code('hysteresis must be below quorum; it is reduced.'),
  'ops-without-udp': code('ops needs protocol UDP; it is ignored.'),
  'threshold-impossible': code(
    'lthreshold is above uthreshold: the kernel would refuse the real server. The lower one does not count.',
    0,
  ),
  'link-local-without-interface': code(
    'A check goes to a link-local address and does not say through which interface.',
  ),
  'sorry-server-replaced': code(
    'A virtual server has two sorry servers; the last one counts. keepalived says nothing.',
    0,
  ),
  'checker-without-url': code('HTTP_GET or SSL_GET has no usable url and is dropped.'),
  'regex-not-possible': code(
    'A regex or one of its options has nothing like it in JavaScript; the url is checked without it.',
    0,
  ),
  'url-without-path': code('A url has no path and is dropped.'),
  'sorry-server-is-real': code('The sorry server is one of the real servers: it is down when they are.', 0),
  // The host
  'env-script-missing': code('The command of a script does not exist on this host.'),
  'env-script-not-executable': code('The command of a script is not an executable file.'),
  'env-script-insecure': code(
    'A script runs as root, but others than root may change it or a directory above it; with enable_script_security it is not run.',
  ),
  'env-notify-not-run': code(
    'The command or the user of a notify script does not exist on this host; it is not run. keepalived -t says nothing.',
    0,
  ),
  'env-unknown-user': code('A user or group of a script does not exist on this host.'),
  'env-interface-missing': code('An interface does not exist on this host.'),
  'env-interface-loopback': code('An instance runs on the loopback interface.'),
  'env-interface-multicast': code('The interface of an instance has no multicast, and there is no unicast_peer.'),
  'env-watched-interface-missing': code(
    'An interface of linkbeat_interfaces or interface_up_down_delays does not exist on this host.',
    4,
  ),
  'env-no-default-interface': code(
    'A static address names no interface, and the default interface does not exist on this host.',
    4,
  ),
  'env-directory-missing': code(
    'The directory of a tracked file does not exist on this host: the file counts once it does. keepalived says it in the log alone, and forgets the file.',
    0,
  ),
  // The rest
  'env-script-security': code(
    'Scripts are configured without enable_script_security; whether that is a danger depends on the host, or keepalived ends before it looks: at a missing interface, or without an instance.',
    0,
  ),
  'env-security-violation': code('The same, found on the host: a script is there and would be run.', 6),
  'format-unsafe': code('vipward config fmt found no other layout that is sure to be read in the same way.'),
  'more-of-the-same': code('Further findings of one code are counted, not shown.', 0),
} as const satisfies Readonly<Record<string, Code>>;

export type DiagnosticCode = keyof typeof CODES;

const byCode: ReadonlyMap<string, Code> = new Map(Object.entries(CODES));

/** The exit status a code stands for; a code from elsewhere is an error like most. */
export const statusOfCode = (name: string): ExitStatus => byCode.get(name)?.status ?? 5;
