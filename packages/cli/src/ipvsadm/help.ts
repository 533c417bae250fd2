// `-h` and `-v`.

/** The version that this command is compatible with, in the form that scripts look for. */
export const versionText = 'ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n';

export const helpText = `${versionText}
Lists and edits the kernel's table of virtual services and real servers. The command comes first.

Services:
  ipvsadm -A|-E SERVICE [-s NAME] [-p [SECONDS]] [-M MASK] [--pe NAME] [-b FLAGS] [-o]
  ipvsadm -D SERVICE
Real servers:
  ipvsadm -a|-e SERVICE -r HOST[:PORT] [-g|-i|-m] [-w N] [-x N] [-y N] [--tun-type TYPE ...]
  ipvsadm -d SERVICE -r HOST[:PORT]
The table:
  ipvsadm [-L|-l] [SERVICE] [-n] [-c] [--stats|--rate|--thresholds|--persistent-conn|--tun-info] [--exact] [--nosort]
  ipvsadm -C                      empty it
  ipvsadm -S [-n]                 print it as command lines
  ipvsadm -R                      carry out command lines from standard input
  ipvsadm -Z [SERVICE]            set counters to zero
Settings:
  ipvsadm --set TCP TCPFIN UDP    connection timeouts in seconds, 0 keeps one
  ipvsadm -L --timeout            print them
  ipvsadm --start-daemon master|backup [--mcast-interface IF] [--syncid N] [--sync-maxlen N]
                                  [--mcast-group ADDRESS] [--mcast-port N] [--mcast-ttl N]
  ipvsadm --stop-daemon master|backup
  ipvsadm -L --daemon             list the running ones

Commands:
  -A, --add-service               -a, --add-server              -L, -l, --list
  -E, --edit-service              -e, --edit-server             -Z, --zero
  -D, --delete-service            -d, --delete-server           -C, --clear
  -S, --save                      -R, --restore                 -h, --help
                                                                -v, --version
SERVICE is one of:
  -t, --tcp-service HOST[:PORT]   IPv6 addresses stand in brackets when a port follows
  -u, --udp-service HOST[:PORT]
      --sctp-service HOST[:PORT]
  -f, --fwmark-service N [-6]     a firewall mark; -6, --ipv6 for IPv6

Options of services:
  -s, --scheduler NAME            rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh; wlc if not given
  -p, --persistent [SECONDS]      keep a client on its server; 360 if not given
  -M, --netmask MASK              clients of one network stay together: 255.255.255.0, or 64 for IPv6
      --pe NAME                   persistence engine: sip
  -b, --sched-flags FLAG[,FLAG]   flag-1 flag-2 flag-3, sh-fallback sh-port, mh-fallback mh-port
  -o, --ops                       schedule every packet by itself (UDP and marks)
Options of real servers:
  -r, --real-server HOST[:PORT]
  -g, --gatewaying                direct routing (the default)
  -i, --ipip                      tunnel
  -m, --masquerading              NAT
      --tun-type TYPE             ipip (the default), gue, gre
      --tun-port N                port of a gue tunnel
      --tun-nocsum, --tun-csum, --tun-remcsum
  -w, --weight N                  share of new connections; 1 if not given, 0 for none
  -x, --u-threshold N             no new connections above N
  -y, --l-threshold N             and again below N
Options of listings:
  -n, --numeric                   numbers instead of names
  -c, --connection                connections instead of services
      --stats                     counters
      --rate                      counters per second
      --exact                     counters with all their digits
      --thresholds                limits of connections
      --persistent-conn           persistent connections; with -c: data of persistence engines
      --tun-info                  tunnels
      --nosort                    the kernel's order
      --sort                      no effect
`;
