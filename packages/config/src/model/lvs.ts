// virtual_server and what belongs to it: real servers and checkers, inherited values filled in.
import type { IpAddress, IpFamily } from '../address.ts';
import type { Millis, Script, SourceLocation } from './common.ts';

export type VirtualServerTarget =
  | { readonly kind: 'address'; readonly address: IpAddress /** 0 = every port */; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number };

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface VirtualServer {
  readonly target: VirtualServerTarget;
  /** IPv4 or IPv6; of a fwmark service taken from ip_family or its real servers. */
  readonly family: IpFamily;
  /** Absent for fwmark services. */
  readonly protocol?: Protocol;
  readonly scheduler: string;
  readonly forwarding: Forwarding;
  readonly delayLoop: Millis;
  /** Seconds; absent = no persistence. */
  readonly persistenceTimeout?: number;
  /** Granularity: an IPv4 mask as unsigned 32-bit number in host order, or an IPv6 prefix length. */
  readonly persistenceMask?: number;
  readonly persistenceEngine?: string;
  readonly onePacket: boolean;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly alpha: boolean;
  readonly sorryServer?: SorryServer;
  readonly realServers: readonly RealServer[];
  readonly virtualHost?: string;
  /** The virtual_server_group this service is a member of; its members share real servers, checks and quorum. */
  readonly group?: string;
  /**
   * The same for all services that one virtual_server block became, and for no others; it stays the same when other blocks come or
   * go. Only where `group` is. Within it a check is the same when it is equal: keepalived makes it once for all members.
   */
  readonly groupKey?: string;
  readonly schedulerFlags?: SchedulerFlags;
  /** hashed: accepted, without effect. */
  readonly hashed?: boolean;
  /** No checks while the address is not on this host. */
  readonly haSuspend?: boolean;
  /** Scripts for going down run at shutdown. */
  readonly omega?: boolean;
  readonly quorumUp?: Script;
  readonly quorumDown?: Script;
  readonly smtpAlert?: boolean;
  readonly snmpName?: string;
  /** @vipward panic_threshold, percent of the configured weight: with less than that alive nobody is taken out. */
  readonly panicThreshold?: number;
  /** @vipward drain_on_remove: how long a real server that left the file may keep its connections. */
  readonly drainOnRemove?: Millis;
  readonly at: SourceLocation;
}

/** flag-1 to flag-3; sh-fallback and mh-fallback are flag-1, sh-port and mh-port are flag-2. */
export interface SchedulerFlags {
  readonly flag1: boolean;
  readonly flag2: boolean;
  readonly flag3: boolean;
}

export type Forwarding =
  | { readonly kind: 'NAT' }
  | { readonly kind: 'DR' }
  | { readonly kind: 'TUN'; readonly tunnel: 'ipip' }
  | {
      readonly kind: 'TUN';
      readonly tunnel: 'gue';
      readonly port: number;
      readonly checksum: 'nocsum' | 'csum' | 'remcsum';
    }
  | { readonly kind: 'TUN'; readonly tunnel: 'gre'; readonly checksum: 'nocsum' | 'csum' };

export interface SorryServer {
  readonly address: IpAddress;
  /** 0 = the service's port. */
  readonly port: number;
  readonly forwarding: Forwarding;
  /** sorry_server_inhibit: stays in the table with weight 0 instead of being removed. */
  readonly inhibit: boolean;
}

export interface RealServer {
  readonly address: IpAddress;
  /** Already resolved: the service's port when none was written. */
  readonly port: number;
  readonly forwarding: Forwarding;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Failed checks set the weight to 0 instead of removing the server. */
  readonly inhibitOnFailure: boolean;
  readonly virtualHost?: string;
  readonly checkers: readonly Checker[];
  /** Checks of the kinds that are not in `Checker` yet. */
  readonly moreCheckers?: readonly MoreChecker[];
  readonly notifyUp?: Script;
  readonly notifyDown?: Script;
  /** Absent = on unless smtp_alert or smtp_alert_checker of global_defs says otherwise. */
  readonly smtpAlert?: boolean;
  readonly snmpName?: string;
  /** @vipward slow_start: its weight grows over this time after it came up. */
  readonly slowStart?: Millis;
  /** @vipward maintenance_file: in maintenance while this file exists. */
  readonly maintenanceFile?: string;
  readonly at: SourceLocation;
}

/** What every checker has; inherited values are already resolved. */
export interface CheckerCommon {
  readonly connectIp: IpAddress;
  readonly connectPort: number;
  readonly bindTo?: IpAddress;
  readonly bindPort?: number;
  readonly bindIf?: string;
  readonly fwmark?: number;
  readonly connectTimeout: Millis;
  readonly delayLoop: Millis;
  /** Failures tolerated before the server is taken out. */
  readonly retry: number;
  readonly delayBeforeRetry: Millis;
  /** Upper bound of the random delay before the first check. */
  readonly warmup: Millis;
  /** Starts as failed and must pass once. */
  readonly alpha: boolean;
  /** Every failed probe is logged; absent = checker_log_all_failures of global_defs. */
  readonly logAllFailures?: boolean;
  readonly at: SourceLocation;
}

export interface TcpCheck extends CheckerCommon {
  readonly kind: 'TCP_CHECK';
}

export interface HttpCheck extends CheckerCommon {
  readonly kind: 'HTTP_GET' | 'SSL_GET';
  readonly urls: readonly HttpUrl[];
  readonly virtualHost?: string;
  readonly httpProtocol: '1.0' | '1.0C' | '1.1';
  readonly sni: boolean;
  /** Name sent instead of the Host header. */
  readonly sniName?: string;
  /** No delay between urls while coming up. */
  readonly fastRecovery?: boolean;
  /** SSL_GET: close_notify is sent. */
  readonly tlsCompliant?: boolean;
  /** The SSL block, for SSL_GET: the same for all checks of a configuration. */
  readonly ssl?: SslSettings;
  readonly http2?: boolean;
  /** The certificate must be valid for the name. */
  readonly tlsVerify?: boolean;
  /** Days: a certificate that ends sooner is told of. */
  readonly tlsExpiryWarning?: number;
}

export interface HttpUrl {
  readonly path: string;
  readonly virtualHost?: string;
  /** Accepted status codes, both ends included; keepalived's default is 200-299. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
  /** MD5 of the body, 32 lower-case hexadecimal digits. */
  readonly digest?: string;
  readonly regex?: UrlRegex;
  readonly tlsCompliant?: boolean;
  readonly request?: UrlRequest;
  /** Text that the body must hold. */
  readonly expectBody?: string;
  readonly at: SourceLocation;
}

/** What a request is besides a plain GET. */
export interface UrlRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Without line ends, and none that the transport makes itself. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: string;
}

/** What the body must match (PCRE2). */
export interface UrlRegex {
  readonly pattern: string;
  /** A match means failure. */
  readonly noMatch: boolean;
  readonly options: readonly string[];
  /** First byte searched. */
  readonly minOffset: number;
  /** Last byte where a match may start. */
  readonly maxOffset?: number;
  /** Bytes of the matcher's stack. */
  readonly stack?: { readonly start: number; readonly max: number };
}

export interface MiscCheck extends CheckerCommon {
  readonly kind: 'MISC_CHECK';
  readonly script: Script;
  readonly timeout: Millis;
  readonly dynamic: boolean;
}

export type Checker = TcpCheck | HttpCheck | MiscCheck;

export interface SmtpCheck extends CheckerCommon {
  readonly kind: 'SMTP_CHECK';
  readonly heloName: string;
}

export interface DnsCheck extends CheckerCommon {
  readonly kind: 'DNS_CHECK';
  readonly type: 'A' | 'NS' | 'CNAME' | 'SOA' | 'MX' | 'TXT' | 'AAAA' | 'RRSIG' | 'DNSKEY';
  readonly name: string;
}

export interface PingCheck extends CheckerCommon {
  readonly kind: 'PING_CHECK';
}

export interface UdpCheck extends CheckerCommon {
  readonly kind: 'UDP_CHECK';
  /** Absent = random bytes. */
  readonly payload?: Uint8Array;
  readonly requireReply: boolean;
  /** What the reply must be: for each half byte its value, or undefined for any. */
  readonly reply?: readonly (number | undefined)[];
  readonly minReplyLength: number;
  readonly maxReplyLength: number;
}

export interface FileCheck {
  readonly kind: 'FILE_CHECK';
  /** Name of a track_file. */
  readonly trackFile: string;
  /** Absent = the weight of the track_file. */
  readonly weight?: number;
  readonly reverse?: boolean;
  readonly at: SourceLocation;
}

export interface BfdCheck {
  readonly kind: 'BFD_CHECK';
  /** Name of a bfd_instance. */
  readonly name: string;
  readonly alpha: boolean;
  readonly at: SourceLocation;
}

/** The gRPC health checking protocol, version 1. */
export interface GrpcCheck extends CheckerCommon {
  readonly kind: 'GRPC_CHECK';
  /** Empty = the whole server. */
  readonly service: string;
  readonly tls: boolean;
  readonly virtualHost?: string;
  /** The SSL block, where tls is on. */
  readonly ssl?: SslSettings;
}

export interface RedisCheck extends CheckerCommon {
  readonly kind: 'REDIS_CHECK';
  readonly user?: string;
  readonly password?: string;
}

export interface MysqlCheck extends CheckerCommon {
  readonly kind: 'MYSQL_CHECK';
  readonly user?: string;
}

export interface PgsqlCheck extends CheckerCommon {
  readonly kind: 'PGSQL_CHECK';
  readonly user?: string;
  readonly database?: string;
}

/** Checks on `@vipward` lines, which keepalived does not have. */
export type OwnCheck = GrpcCheck | RedisCheck | MysqlCheck | PgsqlCheck;

export type MoreChecker = SmtpCheck | DnsCheck | PingCheck | UdpCheck | FileCheck | BfdCheck | OwnCheck;

/** SSL: what SSL_GET shows to the servers. */
export interface SslSettings {
  readonly password?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly at: SourceLocation;
}

/** virtual_server_group: addresses and marks that are one service. */
export interface VirtualServerGroup {
  readonly name: string;
  /** Ranges written out. */
  readonly targets: readonly VirtualServerTarget[];
  readonly at: SourceLocation;
}
