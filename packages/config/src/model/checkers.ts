// The checkers of real servers, inherited values filled in, and what those over TLS show.
import type { IpAddress } from '../address.ts';
import type { Millis, Script, SourceLocation } from './common.ts';

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
