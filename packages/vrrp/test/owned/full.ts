// A configuration with about everything that a director can own, as keepalived 2.2.7 takes it too.
export const FULL = `
static_ipaddress {
 10.79.0.9/32 dev eth0 label eth0:s scope link
 10.79.0.10/24 brd +
 fd00:79::9/64 dev eth0 preferred_lft 1000
}
static_routes {
 10.88.0.0/24 via 10.78.0.9 dev eth0
 10.88.1.0/24 dev eth0
 10.88.2.0/24 dev eth0 scope link
 blackhole 10.88.3.0/24
 10.88.4.0/24 via 10.78.0.9
 10.88.5.0/24 via 10.78.0.9 dev eth0 table 70000 metric 5 mtu lock 1300 advmss 1200 reordering 4 window 5000 cwnd lock 9 ssthresh 8 realms 3/5 initcwnd 10 initrwnd 11 quickack 1 features ecn congctl cubic fastopen_no_cookie 1
 10.88.6.0/24 nexthop via 10.78.0.9 dev eth0 weight 3 nexthop via 10.78.0.8 dev eth0
 10.88.7.0/24 dev eth0 scope host
 10.88.8.0/24 via 10.78.0.9 dev eth0 src 10.78.0.1
 10.88.9.0/24 via 10.5.5.5 dev eth0 onlink
 unreachable 10.88.10.0/24
 prohibit 10.88.11.0/24
 throw 10.88.12.0/24 table 77
 10.88.13.0/24 via 10.78.0.9 dev eth0 hoplimit 33
 10.88.15.0/24 via 10.78.0.9 dev eth0 tos 0x10
 10.88.16.0/24 encap ip id 5 dst 10.78.0.9 src 10.78.0.1 tos 4 ttl 9 dev eth0
 10.88.18.0/24 via 10.78.0.9 dev eth0 rtt 300ms rttvar 1s
 10.88.19.0/24 via 10.78.0.9 dev eth0 rto_min 250ms
 fd00:88::/64 via fd00:78::9 dev eth0 expires 1000 pref high
 fd00:88:1::/64 dev eth0 metric 55
 blackhole fd00:88:2::/64
 fd00:88:3::/64 via fd00:78::9 dev eth0 from fd00:77::/48
}
static_rules {
 from 10.1.0.0/16 table 77 preference 100
 iif eth0 fwmark 1/3 table 78 preference 101
 to 10.2.0.0/16 blackhole preference 102
 not from 10.3.0.0/16 table 70000 preference 103
 from 10.4.0.0/16 to 10.5.0.0/16 tos 0x10 oif eth0 uidrange 1-2 ipproto tcp sport 1-2 dport 3-4 tunnel-id 5 table 79 preference 104
 from 10.6.0.0/16 goto 200 preference 105
 from 10.7.0.0/16 prohibit preference 106
 from 10.8.0.0/16 unreachable preference 107
 from 10.9.0.0/16 nop preference 108
 from 10.10.0.0/16 table 80 realms 3/4 suppress_prefixlength 0 preference 109
 from 10.11.0.0/16 table 80 suppress_ifgroup 3 preference 110
 from fd00:6::/64 fwmark 5 table 81 preference 111
 l3mdev preference 112
}
vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 priority 100
 advert_int 0.3
 version 3
 garp_master_delay 1
 virtual_ipaddress {
  10.78.0.100/24 brd + label eth0:vip
  10.78.0.101/32 dev eth1 no_track
  10.78.0.102/32 scope link
  10.78.0.104/24 brd - noprefixroute
 }
 virtual_ipaddress_excluded {
  fd00:78::100/128
  fd00:78::101/64 -nodad
  fd00:78::102/64 home mngtmpaddr noprefixroute preferred_lft 1000
  fd00:78::103/128 preferred_lft forever
  fd00:78::104/64 dev eth1
 }
 virtual_routes {
  10.99.0.0/24 via 10.78.0.9 dev eth0
  10.99.1.0/24 via 10.78.0.9 dev eth0 no_track
  src 10.78.0.100 to 10.99.2.0/24 via 10.78.0.9
  fd00:99::/64 via fd00:78::9 dev eth0
  0.0.0.0/0 via 10.78.0.9 table 100
 }
 virtual_rules {
  from 10.19.0.0/16 table 79 preference 200
  iif eth0 to 10.14.0.0/16 table 80
  from fd00:5::/64 table 81 preference 203
  to fd00:7::/64 table 81
 }
}
`;
