// Virtual servers, real servers and checkers with few words: what a test doesn't name has a plain default.
import type {
  DnsCheck,
  FileCheck,
  GrpcCheck,
  HttpCheck,
  HttpUrl,
  MiscCheck,
  MysqlCheck,
  PgsqlCheck,
  PingCheck,
  RealServer,
  RedisCheck,
  SmtpCheck,
  TcpCheck,
  TrackFile,
  UdpCheck,
  VirtualServer,
} from '@vipward/config';
import { type IpAddress, parseIp } from '@vipward/config/address';

export const at = { file: 'test.conf', line: 1, column: 1 };

export const ip = (text: string): IpAddress => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};

/** delay_loop 2, retry 1, delay_before_retry 1, connect_timeout 1, no warmup: the settings of the measurements. */
const common = {
  connectIp: ip('127.0.0.1'),
  connectPort: 80,
  connectTimeout: 1000,
  delayLoop: 2000,
  retry: 1,
  delayBeforeRetry: 1000,
  warmup: 0,
  alpha: false,
  at,
};

export const tcp = (more: Partial<TcpCheck> = {}): TcpCheck => ({ ...common, kind: 'TCP_CHECK', ...more });

export const url = (path: string, more: Partial<HttpUrl> = {}): HttpUrl => ({
  path,
  statusCodes: [{ from: 200, to: 200 }],
  at,
  ...more,
});

export const http = (more: Partial<HttpCheck> = {}): HttpCheck => ({
  ...common,
  kind: 'HTTP_GET',
  urls: [url('/monitor/warn.jsp')],
  httpProtocol: '1.0',
  sni: false,
  ...more,
});

export const misc = (argv: readonly string[], more: Partial<MiscCheck> = {}): MiscCheck => ({
  ...common,
  kind: 'MISC_CHECK',
  script: { argv },
  timeout: 2000,
  dynamic: false,
  ...more,
});

export const ping = (more: Partial<PingCheck> = {}): PingCheck => ({ ...common, kind: 'PING_CHECK', ...more });

export const udp = (more: Partial<UdpCheck> = {}): UdpCheck => ({
  ...common,
  kind: 'UDP_CHECK',
  requireReply: false,
  minReplyLength: 0,
  maxReplyLength: 255,
  ...more,
});

export const dns = (more: Partial<DnsCheck> = {}): DnsCheck => ({
  ...common,
  kind: 'DNS_CHECK',
  type: 'A',
  name: 'www.example.com',
  ...more,
});

export const smtp = (more: Partial<SmtpCheck> = {}): SmtpCheck => ({
  ...common,
  kind: 'SMTP_CHECK',
  heloName: 'director.example',
  ...more,
});

export const grpc = (more: Partial<GrpcCheck> = {}): GrpcCheck => ({
  ...common,
  kind: 'GRPC_CHECK',
  service: '',
  tls: false,
  ...more,
});

export const redis = (more: Partial<RedisCheck> = {}): RedisCheck => ({ ...common, kind: 'REDIS_CHECK', ...more });

export const mysql = (more: Partial<MysqlCheck> = {}): MysqlCheck => ({ ...common, kind: 'MYSQL_CHECK', ...more });

export const pgsql = (more: Partial<PgsqlCheck> = {}): PgsqlCheck => ({ ...common, kind: 'PGSQL_CHECK', ...more });

export const file = (more: Partial<FileCheck> = {}): FileCheck => ({
  kind: 'FILE_CHECK',
  trackFile: 'load',
  at,
  ...more,
});

export const trackFile = (more: Partial<TrackFile> = {}): TrackFile => ({
  name: 'load',
  file: '/nonexistent/load',
  weight: 1,
  reverse: false,
  at,
  ...more,
});

/** Real server 192.168.33.N port 80, weight 1, DR. */
export const rs = (n: number, more: Partial<RealServer> = {}): RealServer => ({
  address: ip(`192.168.33.${n}`),
  port: 80,
  forwarding: { kind: 'DR' },
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibitOnFailure: false,
  checkers: [],
  at,
  ...more,
});

/** Virtual server 192.168.33.188:80, TCP, wrr, DR, quorum 1. */
export const vs = (realServers: readonly RealServer[], more: Partial<VirtualServer> = {}): VirtualServer => ({
  target: { kind: 'address', address: ip('192.168.33.188'), port: 80 },
  family: 4,
  protocol: 'TCP',
  scheduler: 'wrr',
  forwarding: { kind: 'DR' },
  delayLoop: 2000,
  onePacket: false,
  quorum: 1,
  hysteresis: 0,
  alpha: false,
  realServers,
  at,
  ...more,
});

export const sorryServer = {
  address: ip('192.168.33.200'),
  port: 80,
  forwarding: { kind: 'DR' },
  inhibit: false,
} as const;
