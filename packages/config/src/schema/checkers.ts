// The schema of the configuration: the checkers of real servers.
import * as z from 'zod';
import { bytes, halfBytes, ip, millis, script, sourceLocation } from './common.ts';

export const checkerCommon = z
  .object({
    connectIp: ip,
    connectPort: z.number(),
    bindTo: ip.exactOptional(),
    bindPort: z.number().exactOptional(),
    bindIf: z.string().exactOptional(),
    fwmark: z.number().exactOptional(),
    connectTimeout: millis,
    delayLoop: millis,
    retry: z.number().describe('Failures tolerated before the server is taken out.'),
    delayBeforeRetry: millis,
    warmup: millis.describe('Upper bound of the random delay before the first check.'),
    alpha: z.boolean().describe('Starts as failed and must pass once.'),
    logAllFailures: z
      .boolean()
      .exactOptional()
      .describe('Every failed probe is logged; absent = checker_log_all_failures of global_defs.'),
    at: sourceLocation,
  })
  .meta({ id: 'CheckerCommon', description: 'What every checker has; inherited values are already resolved.' });

export const urlRegex = z
  .object({
    pattern: z.string(),
    noMatch: z.boolean().describe('A match means failure.'),
    options: z.array(z.string()).readonly(),
    minOffset: z.number().describe('First byte searched.'),
    maxOffset: z.number().exactOptional().describe('Last byte where a match may start.'),
    stack: z.object({ start: z.number(), max: z.number() }).exactOptional().describe("Bytes of the matcher's stack."),
  })
  .meta({ id: 'UrlRegex', description: 'What the body must match (PCRE2).' });

export const urlRequest = z
  .object({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
    body: z.string().exactOptional(),
  })
  .meta({ id: 'UrlRequest', description: 'What a request is besides a plain GET.' });

export const httpUrl = z
  .object({
    path: z.string(),
    virtualHost: z.string().exactOptional(),
    statusCodes: z
      .array(z.object({ from: z.number(), to: z.number() }))
      .readonly()
      .describe("Accepted status codes, both ends included; keepalived's default is 200-299."),
    digest: z.string().exactOptional().describe('MD5 of the body, 32 lower-case hexadecimal digits.'),
    regex: urlRegex.exactOptional(),
    tlsCompliant: z.boolean().exactOptional(),
    request: urlRequest.exactOptional(),
    expectBody: z.string().exactOptional().describe('Text that the body must hold.'),
    at: sourceLocation,
  })
  .meta({ id: 'HttpUrl' });

export const sslSettings = z
  .object({
    password: z.string().exactOptional(),
    ca: z.string().exactOptional(),
    certificate: z.string().exactOptional(),
    key: z.string().exactOptional(),
    at: sourceLocation,
  })
  .meta({ id: 'SslSettings', description: 'SSL: what SSL_GET shows to the servers.' });

export const httpCheck = checkerCommon
  .extend({
    kind: z.enum(['HTTP_GET', 'SSL_GET']),
    urls: z.array(httpUrl).readonly(),
    virtualHost: z.string().exactOptional(),
    httpProtocol: z.enum(['1.0', '1.0C', '1.1']),
    sni: z.boolean(),
    sniName: z.string().exactOptional().describe('Name sent instead of the Host header.'),
    fastRecovery: z.boolean().exactOptional().describe('No delay between urls while coming up.'),
    tlsCompliant: z.boolean().exactOptional().describe('SSL_GET: close_notify is sent.'),
    ssl: sslSettings
      .exactOptional()
      .describe('The SSL block, for SSL_GET: the same for all checks of a configuration.'),
  })
  .meta({ id: 'HttpCheck' });

export const miscCheck = checkerCommon
  .extend({ kind: z.literal('MISC_CHECK'), script: script, timeout: millis, dynamic: z.boolean() })
  .meta({ id: 'MiscCheck' });

export const tcpCheck = checkerCommon.extend({ kind: z.literal('TCP_CHECK') }).meta({ id: 'TcpCheck' });

export const checker = z.discriminatedUnion('kind', [tcpCheck, httpCheck, miscCheck]).meta({ id: 'Checker' });

export const bfdCheck = z
  .object({
    kind: z.literal('BFD_CHECK'),
    name: z.string().describe('Name of a bfd_instance.'),
    alpha: z.boolean(),
    at: sourceLocation,
  })
  .meta({ id: 'BfdCheck' });

export const dnsCheck = checkerCommon
  .extend({
    kind: z.literal('DNS_CHECK'),
    type: z.enum(['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY']),
    name: z.string(),
  })
  .meta({ id: 'DnsCheck' });

export const fileCheck = z
  .object({
    kind: z.literal('FILE_CHECK'),
    trackFile: z.string().describe('Name of a track_file.'),
    weight: z.number().exactOptional().describe('Absent = the weight of the track_file.'),
    reverse: z.boolean().exactOptional(),
    at: sourceLocation,
  })
  .meta({ id: 'FileCheck' });

export const pingCheck = checkerCommon.extend({ kind: z.literal('PING_CHECK') }).meta({ id: 'PingCheck' });

export const smtpCheck = checkerCommon
  .extend({ kind: z.literal('SMTP_CHECK'), heloName: z.string() })
  .meta({ id: 'SmtpCheck' });

export const udpCheck = checkerCommon
  .extend({
    kind: z.literal('UDP_CHECK'),
    payload: bytes.exactOptional().describe('Absent = random bytes.'),
    requireReply: z.boolean(),
    reply: halfBytes
      .exactOptional()
      .describe('What the reply must be: for each half byte its value, or undefined for any.'),
    minReplyLength: z.number(),
    maxReplyLength: z.number(),
  })
  .meta({ id: 'UdpCheck' });

export const grpcCheck = checkerCommon
  .extend({
    kind: z.literal('GRPC_CHECK'),
    service: z.string().describe('Empty = the whole server.'),
    tls: z.boolean(),
    virtualHost: z.string().exactOptional(),
    ssl: sslSettings.exactOptional().describe('The SSL block, where tls is on.'),
  })
  .meta({ id: 'GrpcCheck' });

export const redisCheck = checkerCommon
  .extend({
    kind: z.literal('REDIS_CHECK'),
    user: z.string().exactOptional(),
    password: z.string().exactOptional(),
  })
  .meta({ id: 'RedisCheck' });

export const mysqlCheck = checkerCommon
  .extend({ kind: z.literal('MYSQL_CHECK'), user: z.string().exactOptional() })
  .meta({ id: 'MysqlCheck' });

export const pgsqlCheck = checkerCommon
  .extend({
    kind: z.literal('PGSQL_CHECK'),
    user: z.string().exactOptional(),
    database: z.string().exactOptional(),
  })
  .meta({ id: 'PgsqlCheck' });

export const moreChecker = z
  .discriminatedUnion('kind', [
    smtpCheck,
    dnsCheck,
    pingCheck,
    udpCheck,
    fileCheck,
    bfdCheck,
    grpcCheck,
    redisCheck,
    mysqlCheck,
    pgsqlCheck,
  ])
  .meta({ id: 'MoreChecker' });
