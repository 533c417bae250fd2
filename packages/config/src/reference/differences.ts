// Where vipward is other than keepalived 2.4.3 or ipvsadm 1.31 on purpose, and why. Written by hand, shown in the compatibility page.

export type DifferenceTopic = 'language' | 'vrrp' | 'checks' | 'scripts' | 'processes' | 'ipvsadm';

export interface Difference {
  readonly topic: DifferenceTopic;
  /** What vipward does, and what the original does there. */
  readonly what: string;
  readonly why: string;
}

export const TOPICS: Readonly<Record<DifferenceTopic, string>> = {
  language: 'The configuration language',
  vrrp: 'VRRP',
  checks: 'Health checks',
  scripts: 'Scripts',
  processes: 'Start, reload and end',
  ipvsadm: 'ipvsadm',
};

export const DIFFERENCES: readonly Difference[] = [
  {
    topic: 'language',
    what: 'A pipe that -f names for a configuration test, such as `-t -f <(program)`, is read. keepalived skips it and ends with 0.',
    why: 'A test that read nothing must not say that all is well.',
  },
  {
    topic: 'language',
    what: '`-t` of a file whose `net_namespace` this host does not have judges the whole file. keepalived reads global_defs, cannot enter the namespace and ends with 0, whatever else is wrong.',
    why: 'A test that read nothing must not say that all is well.',
  },
  {
    topic: 'vrrp',
    what: 'A track_script that still runs at its next turn is not started beside itself. keepalived 2.2.7 says that it skips the run, starts it all the same, and takes the timeout of the old run for one of the new.',
    why: 'A script that is well again should not be called timed out.',
  },
  {
    topic: 'vrrp',
    what: 'fork_delay of a vrrp_track_process counts for every process that is one more. keepalived 2.2.7 does not wait for programs that are started, only for forks of one that runs.',
    why: 'A delay that is written should be kept.',
  },
  {
    topic: 'vrrp',
    what: 'Where the kernel does not tell of processes (in a network namespace of its own, or without CAP_NET_ADMIN) they are looked at every second. keepalived goes on with what it found at the start.',
    why: 'A process that has ended should be found out, if late.',
  },
  {
    topic: 'vrrp',
    what: 'A track_file whose directory is missing counts once the directory is there. keepalived forgets the file until the next reload.',
    why: 'What is mounted later should not need a reload.',
  },
  {
    topic: 'processes',
    what: 'At an orderly end the neighbours of BFD sessions are told (AdminDown). keepalived falls silent.',
    why: 'A planned end is no failure of the path, and the neighbour need not take it for one.',
  },
  {
    topic: 'processes',
    what: 'A BFD worker that dies goes on with its sessions when it is back within the detection time of the neighbour. keepalived begins them anew, and its instances see them go down.',
    why: 'The path was there all the time.',
  },
  {
    topic: 'checks',
    what: 'nftables_ipvs gives the tables, maps, rules and marks of keepalived 2.2.7, and every rule the comment `vipward`. A mark that the file names itself is handed to no group (keepalived merges the two services). An address with port 0 matches every port that no other line of a group names; in keepalived it matches port 0, which no packet has. An address that two groups have belongs to the first.',
    why: 'What is written should get its traffic.',
  },
  {
    topic: 'checks',
    what: 'A reload may turn nftables_ipvs on and off and rename its table, which keepalived refuses; addresses that a group gains beside those it has are marked as well. While marks change, the services before and after are both in the table. After a crash groups keep their marks; where nftables cannot be had, each address is a service of its own, with a line that says so, and keepalived leaves services that no packet reaches.',
    why: 'No connection should fall between two ways to the same servers.',
  },
  {
    topic: 'checks',
    what: 'SMTP_CHECK takes a greeting or HELO reply of several lines. keepalived 2.2.7 takes the server for down.',
    why: 'RFC 5321 allows them, and mail servers send them.',
  },
  {
    topic: 'checks',
    what: 'FILE_CHECK counts from the start. keepalived 2.2.7 first acts on a file with weight 0 when its number changes.',
    why: 'A server that its file takes out should not get traffic after a restart.',
  },
  {
    topic: 'checks',
    what: 'A `regex` runs as a JavaScript regular expression for at most one second over the first megabyte; PCRE2 syntax without a counterpart is an error that names it.',
    why: 'A pattern must never stall the other checks.',
  },
  {
    topic: 'checks',
    what: 'A reload tells that a quorum is lost (pipe, mail, quorum_down) only when it is lost under the new file. keepalived 2.2.7 judges by the old one, and does not take it back.',
    why: 'Who hears that a service is down acts on it.',
  },
  {
    topic: 'checks',
    what: '`lvs_flush` removes what the file does not want, and leaves what it wants as it is. keepalived empties the table and fills it again.',
    why: 'The services that stay need not stop for it.',
  },
  {
    topic: 'processes',
    what: 'A sync daemon that a reload no longer wants is stopped. keepalived 2.2.7 leaves it running, after its end too.',
    why: 'What the file does not say should not run.',
  },
  {
    topic: 'processes',
    what: 'With `net_namespace` the pid files are in `/run/keepalived/NAMESPACE` for everybody. keepalived mounts that folder over `/run/keepalived` for itself. `net_namespace_ipvs` without a name is the namespace of process 1.',
    why: 'Where a file is should not depend on who looks.',
  },
  {
    topic: 'processes',
    what: 'Netlink sockets have receive buffers of 4 MB where the kernel allows it; `vrrp_netlink_cmd_rcv_bufs` and its like only make them larger, and need no `_force`.',
    why: 'Requests go out by the hundred, and a dropped notification means reading everything again.',
  },
  {
    topic: 'processes',
    what: 'A daemon that cannot enter its `net_namespace` ends with status 1.',
    why: 'Whoever started it should know that it does not run.',
  },
  {
    topic: 'scripts',
    what: 'Scripts of one real server, and those of one quorum, run one after the other. keepalived runs them all at once.',
    why: 'A late notify_down must not undo what notify_up did.',
  },
  {
    topic: 'language',
    what: 'An unknown block is skipped whole. keepalived looks up every line of it, and its `}` closes the surrounding block.',
    why: 'One misspelt block should not make the rest of the file unknown.',
  },
  {
    topic: 'language',
    what: 'A parameter `$X` whose value begins with `@cond` or `~SEQ` is obeyed. keepalived 2.4.3 looks the word up as a keyword.',
    why: 'Its manual page promises it, and 2.2.7 tries to.',
  },
  {
    topic: 'language',
    what: 'A `vrrp_script` may be defined below the instance that tracks it. keepalived wants it above.',
    why: 'The order carries no meaning, and included files come in the order of their names.',
  },
  {
    topic: 'language',
    what: 'Of two virtual servers with the same address, port and protocol, the second is an error and dropped. keepalived says nothing.',
    why: 'What the kernel then does depends on the order of the checks.',
  },
  {
    topic: 'language',
    what: 'An address that stands twice in an instance, and an lvs_sync_daemon that follows an instance nobody defined, are findings, and `-t` ends with 5. keepalived 2.2.7 says nothing.',
    why: 'Both are slips, and what counts then is not to be seen in the file.',
  },
  {
    topic: 'language',
    what: '`nb_get_retry` is taken in TCP_CHECK and `lvs_sync_daemon_inteface` in a vrrp_instance. keepalived 2.4.3 knows neither there.',
    why: 'Files and manuals that are still around use them; the meaning is beyond doubt.',
  },
  {
    topic: 'language',
    what: 'A single number after `sport`, `dport` or `uidrange` of a rule counts as a range of one, with a warning. keepalived drops the rule.',
    why: '`ip rule` takes it, and what is meant is clear.',
  },
  {
    topic: 'language',
    what: 'A `lthreshold` above `uthreshold`, or without one, does not count, with a warning. keepalived hands it to the kernel, which refuses the real server.',
    why: 'A threshold that cannot work should not take its real server away.',
  },
  {
    topic: 'language',
    what: 'What is no number (`10abc`, `x`) is refused where a number must be. keepalived refuses it with `-t`, and takes 10 and 0 when it runs.',
    why: 'A configuration test must say what the daemon will do.',
  },
  {
    topic: 'language',
    what: 'A parameter that contains itself, an include of itself and a repetition without end are errors that name the circle. keepalived hangs, crashes or runs out of memory.',
    why: 'Reading a file has to end.',
  },
  {
    topic: 'language',
    what: 'Lines `@vipward ...` count whatever the config id is, and `@^vipward ...` never does. keepalived skips the first and reads the second.',
    why: 'One file can serve both programs.',
  },
  {
    topic: 'vrrp',
    what: 'The log line of an advert that is refused ends with its sender, and `vipward status` counts them by reason. Another virtual router with the same VRID is named once, with its addresses and with VRIDs that are free.',
    why: 'The one director whose password differs should not have to be searched for.',
  },
  {
    topic: 'vrrp',
    what: 'linkbeat asks the kernel over netlink, whether MII, ETHTOOL or IOCTL is named.',
    why: 'The kernel keeps one flag for it, which drivers set whatever they are asked by.',
  },
  {
    topic: 'vrrp',
    what: 'A route or rule that someone takes away is put back while master: at once, and ever later when it happens again (1 to 30 s), saying which process did it. keepalived goes to BACKUP for a moment, and leaves a route without `dev` away. `no_track` means the same in both: it stays away.',
    why: 'Putting it back interrupts nobody; two programs that fight over a route should not move the addresses.',
  },
  {
    topic: 'vrrp',
    what: 'Routes that the kernel drops with an interface or with their source address come back with it, those without `dev` too. keepalived does not see them go.',
    why: 'The kernel says nothing of IPv4 routes that it drops, so they are read again.',
  },
  {
    topic: 'vrrp',
    what: 'Something of the same name that somebody else put there is adopted; an address, route or rule that an earlier run left and nobody wants any more is removed at start.',
    why: 'A restart should change nothing that has not changed.',
  },
  {
    topic: 'vrrp',
    what: 'A `local` route without `scope` has scope host. keepalived 2.2.7 asks for global, which the kernel refuses. The scope of every other route is the same.',
    why: 'The line says what is meant.',
  },
  {
    topic: 'vrrp',
    what: 'A virtual address that somebody else removes is put back while the instance is master. keepalived sends priority 0, becomes BACKUP and takes the address again.',
    why: 'The address is away for a moment instead of for an election.',
  },
  {
    topic: 'vrrp',
    what: 'A master that hears adverts of a lower priority answers at most once in an advert interval.',
    why: 'A flood of adverts must not be answered by a flood.',
  },
  {
    topic: 'vrrp',
    what: 'An address owner (priority 255) that leaves FAULT is master at once, as at its start, and its addresses are not taken away for a moment when it starts. keepalived 2.2.7 becomes BACKUP for a master-down interval, and removes them first.',
    why: 'RFC 9568 section 6.4.1 has the owner wait for nobody; the addresses are its own.',
  },
  {
    topic: 'vrrp',
    what: 'Of two directors that both have priority 255 the one with the higher address stays master, as RFC 9568 section 6.4.3 has it, and both say that it is an error. keepalived goes down to 254 and becomes BACKUP, on both sides it may be.',
    why: 'An error of the configuration should not leave the address without a master.',
  },
  {
    topic: 'vrrp',
    what: 'A vrrp worker that was killed and comes back within the master-down interval goes on as master, without a write. keepalived starts again as BACKUP.',
    why: 'Its state file says what it was, and the addresses are still there.',
  },
  {
    topic: 'vrrp',
    what: 'At the end arp_ignore and arp_filter of the interfaces under macvlans (use_vmac) are what they were before, after a crash in between too. keepalived 2.2.7 leaves its own values behind.',
    why: 'A stopped director should answer ARP as it did.',
  },
  {
    topic: 'vrrp',
    what: 'With use_vmac and rp_filter of `all` above 0, every interface gets that value before `all` becomes 0. keepalived 2.2.7 sets it for some, and leaves the others without a filter.',
    why: 'A macvlan of one instance must not switch off the filter of interfaces that have nothing to do with it.',
  },
  {
    topic: 'vrrp',
    what: 'The tables of no_accept and use_vmac are written by the program nft, each change in one transaction; every rule has the comment `vipward`. The sets for no_accept are there from the start, and a change of role changes their elements over netlink. Otherwise they equal those of keepalived, whose first mastership makes its sets. What another program changes or deletes in them is put back, with a line that names it.',
    why: 'Who looks at the rules sees whose they are, and a change of role changes elements only.',
  },
  {
    topic: 'vrrp',
    what: 'A reload that needs no macvlan any more removes its nftables rules as well. keepalived 2.2.7 leaves them, after its end too.',
    why: 'What the file does not ask for should not be there.',
  },
  {
    topic: 'checks',
    what: '`connect_timeout` bounds the connection, the TLS handshake and each silence; a whole reply may take four times as long, its headers 64 kB, its body 1 MB (16 MB when a digest is wanted). keepalived has no such bounds.',
    why: 'A server that trickles or never stops must not hold a check for ever.',
  },
  {
    topic: 'checks',
    what: 'What this machine lacks (descriptors, memory: EMFILE, ENOMEM) changes no verdict, whatever the kind of check; it is said once.',
    why: 'It says nothing of the server, and would take out all of them at once.',
  },
  {
    topic: 'checks',
    what: 'Checks of real servers that failed may fill at most half of the places for checks under way.',
    why: 'Waiting for dead servers must not delay the checks of living ones.',
  },
  {
    topic: 'checks',
    what: 'Checks of one host begin 16 at a time, 3,200 in a second, however many of its real servers are due at once. keepalived begins them all.',
    why: 'A host with 500 real servers on 500 ports should not get 500 connections in one millisecond, nor a firewall take them for an attack.',
  },
  {
    topic: 'checks',
    what: 'Scripts of MISC_CHECK: 256 at most run at once, of one host a quarter; the others wait, which the log and `vipward status` call lateness. Streams on accepted connections: 4096; with TLS or HTTP/2 as many as have room in an eighth of the memory at 100 kB each, 256 to 4096. keepalived bounds neither.',
    why: 'Thousands of processes or handshakes that hang must not take the memory that the director needs.',
  },
  {
    topic: 'checks',
    what: 'A failed check says its cause, such as `connection refused` or `timeout`. Some lines of keepalived say only that it failed.',
    why: 'The line in the log should be enough.',
  },
  {
    topic: 'checks',
    what: 'Over HTTP/1.1 a digest fits the body without its chunks as well. keepalived hashes the chunks as they come, and so does `vipward genhash`.',
    why: 'A digest should not depend on how a server cuts its reply, and those of existing files go on being right.',
  },
  {
    topic: 'checks',
    what: 'A TCP or SMTP check and a plain HTTP check with `bind_port` end their connection with a reset. keepalived closes it in the usual way.',
    why: 'The kernel keeps a port that closed first for a minute, and the next check could not have it.',
  },
  {
    topic: 'checks',
    what: 'While a file of the SSL block cannot be used, SSL_GET is not made, and no verdict changes. keepalived 2.2.7 does not start.',
    why: 'One unreadable certificate must not take all services away.',
  },
  {
    topic: 'scripts',
    what: 'A notify script that still runs after 60 s gets SIGTERM (SIGKILL 2 s later) when the next one of the same object waits. keepalived does not wait for the one before.',
    why: 'The scripts of an object run in order, and one that hangs must not stop the later ones.',
  },
  {
    topic: 'processes',
    what: 'On SIGTERM the checker worker is not killed after 5 s, but after 60 s or `child_wait_time`; it removes its whole table. keepalived kills it, and what is not deleted by then stays in the kernel.',
    why: 'A large table takes its time, and half of one is worse than either.',
  },
  {
    topic: 'processes',
    what: 'When the supervisor is killed, the workers go on for 10 s, so that a successor can take over. Those of keepalived end at once.',
    why: 'A restart of the supervisor should not be an outage.',
  },
  {
    topic: 'processes',
    what: 'A worker that dies is started again and adopts the table and the addresses that are there, without a write. keepalived begins anew.',
    why: 'Nothing changed, so nothing needs to be written.',
  },
  {
    topic: 'processes',
    what: 'On reload a file with errors is refused whole, and the running configuration stays. keepalived takes what it understood, unless `reload_check_config` is set; with it both refuse whatever `-t` refuses, unknown keywords too.',
    why: 'A typing mistake must not take services away.',
  },
  {
    topic: 'processes',
    what: 'A control socket lies beside the pid file (`/run/keepalived.pid` has `/run/keepalived.sock`, mode 0600), for `vipward status` and `vipward ipvs list`. keepalived has none.',
    why: 'Who looks for a fault wants the reason now, not a dump in a file.',
  },
  {
    topic: 'processes',
    what: 'Without `vrrp_rlimit_rttime` and its like a realtime worker has no RLIMIT_RTTIME; with it half of the value is the soft limit, which is logged, and the hard one stays. keepalived sets 10 ms, and the kernel kills a process that goes on.',
    why: 'Collecting garbage may take as long, and must not be a fail-over.',
  },
  {
    topic: 'processes',
    what: 'Priorities and CPUs of a worker are set when it has started, and taken back when a reload takes the keyword away; scripts have the CPUs of the machine. keepalived 2.2.7 keeps what it had until it is restarted, and its scripts are pinned as it is.',
    why: 'What the file does not say should not go on, and a script is no part of the timekeeping.',
  },
  {
    topic: 'processes',
    what: '`vrrp_no_swap` and its like do nothing. keepalived locks its memory. `MemorySwapMax=0` in the unit keeps a director out of swap.',
    why: 'The JavaScript engine gives pages back in a way that the kernel refuses for locked memory, and ends the process then.',
  },
  {
    topic: 'processes',
    what: 'The dumps of SIGUSR1, SIGUSR2 and the JSON signal have the lines and fields of keepalived that mean something here; passwords, descriptors, socket pools, interfaces and the accounts of scripts are left out. `stats_dump_file` and `json_dump_file` act; keepalived 2.4.3 reads them only.',
    why: 'What programs read must be where they look; a password has no place in /tmp.',
  },
  {
    topic: 'processes',
    what: 'Without `umask` and `-u` files and scripts have the mask of who starts the daemon, and dumps mode 0600. keepalived sets 0177 for all of them.',
    why: 'A script that makes a directory should be able to enter it.',
  },
  {
    topic: 'scripts',
    what: 'A script is called by the path that is written, whether or not `use_symlink_paths` is there; what the link leads to is what script security judges. keepalived 2.4.3 resolves links otherwise.',
    why: 'A program that looks at its own name should find the one in the file.',
  },
  {
    topic: 'processes',
    what: 'A `reload_time_file` is looked at every second; its directory may come later. keepalived watches the directory, and gives up when it goes.',
    why: 'A planned change must not be lost because a directory was made anew.',
  },
  {
    topic: 'ipvsadm',
    what: 'The same as the original, broken spots included: firewall marks above 2147483647 are printed as negative numbers, by `-S` as well, and the sort of marks and addresses wraps around at that size. `vipward ipvs save --json` and `vipward ipvs list` have the plain numbers.',
    why: 'Scripts compare the output byte for byte.',
  },
];
