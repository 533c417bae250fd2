// The typed configuration: what a keepalived.conf means once it has been read and checked. Plain data, safe to send between processes.
import type { IpAddress, IpFamily } from './address.ts';

/** Milliseconds; keepalived keeps microseconds, so fractions of a millisecond are possible. */
export type Millis = number;

/** Where a value was written: 1-based line and column in `file`. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Config {
  readonly global: GlobalDefs;
  readonly vrrpScripts: readonly VrrpScript[];
  readonly vrrpInstances: readonly VrrpInstance[];
  readonly virtualServers: readonly VirtualServer[];
}

export interface GlobalDefs {
  readonly routerId?: string;
  readonly scriptUser?: ScriptUser;
  readonly enableScriptSecurity: boolean;
  readonly notificationEmail: readonly string[];
  readonly notificationEmailFrom?: string;
  readonly smtpServer?: { readonly host: string; readonly port: number };
  readonly smtpConnectTimeout: Millis;
}

export interface ScriptUser {
  readonly user: string;
  readonly group?: string;
}

/** A command as an argument vector; no shell is involved (config-syntax: script strings). */
export interface Script {
  readonly argv: readonly string[];
  readonly user?: ScriptUser;
}

export interface VrrpScript {
  readonly name: string;
  readonly script: Script;
  readonly interval: Millis;
  /** -253..253; 0 means that a failure is a fault of the instance. */
  readonly weight: number;
  readonly reverse: boolean;
  readonly at: SourceLocation;
}

export interface VrrpInstance {
  readonly name: string;
  readonly state: 'MASTER' | 'BACKUP';
  readonly interfaceName: string;
  /** 1..255 */
  readonly virtualRouterId: number;
  /** 1..255; 255 is the address owner. */
  readonly priority: number;
  /** Version of the protocol; absent means 2. */
  readonly version?: 2 | 3;
  /** Version 2: whole seconds. Version 3: hundredths of a second. */
  readonly advertInterval: Millis;
  readonly nopreempt: boolean;
  /** Seconds to wait after start or link up before preempting; 0 = none. */
  readonly preemptDelay: Millis;
  /** Delay of the second burst of gratuitous ARPs after becoming master (default 5 s). */
  readonly garpMasterDelay: Millis;
  /** Gratuitous ARPs per address in each burst (default 5). */
  readonly garpMasterRepeat: number;
  readonly authentication?: { readonly type: 'PASS' | 'AH'; readonly pass: string };
  readonly virtualAddresses: readonly VirtualAddress[];
  readonly trackInterfaces: readonly TrackedItem[];
  readonly trackScripts: readonly TrackedItem[];
  readonly unicastSourceIp?: IpAddress;
  readonly unicastPeers: readonly UnicastPeer[];
  readonly notifyMaster?: Script;
  readonly notifyBackup?: Script;
  readonly notifyFault?: Script;
  readonly notifyStop?: Script;
  /** notify: called with the three (four) words of keepalived appended. */
  readonly notify?: Script;
  /** From the deprecated lvs_sync_daemon_interface (and the misspelling lvs_sync_daemon_inteface). */
  readonly lvsSyncDaemonInterface?: string;
  readonly at: SourceLocation;
}

export interface VirtualAddress {
  readonly address: IpAddress;
  /** 0..32 or 0..128 */
  readonly prefixLength: number;
  /** Interface other than the instance's own. */
  readonly dev?: string;
  readonly label?: string;
  readonly scope?: number;
  readonly at: SourceLocation;
}

export interface TrackedItem {
  readonly name: string;
  /** 0 = fault; otherwise added to the priority. Undefined = the item's own weight. */
  readonly weight?: number;
  readonly reverse?: boolean;
  readonly at: SourceLocation;
}

export interface UnicastPeer {
  readonly address: IpAddress;
  readonly minTtl?: number;
  readonly maxTtl?: number;
}

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
  readonly at: SourceLocation;
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
}

export interface HttpUrl {
  readonly path: string;
  readonly virtualHost?: string;
  /** Accepted status codes, both ends included; keepalived's default is 200-299. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
  /** MD5 of the body, 32 lower-case hexadecimal digits. */
  readonly digest?: string;
  readonly at: SourceLocation;
}

export interface MiscCheck extends CheckerCommon {
  readonly kind: 'MISC_CHECK';
  readonly script: Script;
  readonly timeout: Millis;
  readonly dynamic: boolean;
}

export type Checker = TcpCheck | HttpCheck | MiscCheck;
