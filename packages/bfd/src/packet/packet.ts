// The BFD Control packet as a value (RFC 5880 section 4.1), and the numbers that name states and diagnostics.

/** Sta: the number on the wire is the index. */
export const SESSION_STATES = ['AdminDown', 'Down', 'Init', 'Up'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** Diag: the number on the wire is the index; 9 to 31 are reserved. The words are keepalived's. */
export const DIAGNOSTICS = [
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
] as const;

export const NO_DIAGNOSTIC = 0;
export const DETECTION_TIME_EXPIRED = 1;
export const NEIGHBOR_SIGNALED_DOWN = 3;
export const ADMINISTRATIVELY_DOWN = 7;

export const diagnosticText = (diagnostic: number): string => DIAGNOSTICS[diagnostic] ?? `Reserved (${diagnostic})`;

/** Multipoint and authentication are not among the flags: a packet with either is refused before it becomes a value. */
export interface ControlPacket {
  /** 0..31 */
  readonly diagnostic: number;
  readonly state: SessionState;
  readonly poll: boolean;
  readonly final: boolean;
  readonly controlPlaneIndependent: boolean;
  readonly demand: boolean;
  /** 1..255 */
  readonly detectMultiplier: number;
  /** 1..2^32-1 */
  readonly myDiscriminator: number;
  /** 0 = the sender does not know ours yet. */
  readonly yourDiscriminator: number;
  /** Microseconds, 32 bits, as are the next two. */
  readonly desiredMinTx: number;
  /** 0 = the sender wants no periodic packets. */
  readonly requiredMinRx: number;
  /** 0 = the sender answers no Echo packets. */
  readonly requiredMinEchoRx: number;
}

/** Bytes of a packet without an authentication section. */
export const PACKET_LENGTH = 24;
/** Bytes of the shortest packet with one. */
export const AUTHENTICATED_LENGTH = 26;
