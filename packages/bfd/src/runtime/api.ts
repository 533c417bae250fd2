// What the outside sees of running BFD: what it passes in, what it can ask for, and what it is told.
import type { BfdInstance } from '@vipward/config';
import type { Clock } from '@vipward/sockets';
import type { SessionState } from '../packet/packet.ts';
import type { BfdLog } from './log.ts';
import type { OpenEar, OpenMouth } from './wire.ts';

export interface BfdStatus {
  readonly name: string;
  readonly neighbor: string;
  readonly state: SessionState;
  /** In words. */
  readonly diagnostic: string;
  readonly remoteState: SessionState;
  /** ms; 0 as long as nothing was heard. */
  readonly detectionTime: number;
  /** ms before jitter; undefined when nothing is sent by the clock. */
  readonly transmitInterval: number | undefined;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** By kind of Rejection, of all sessions: most bad packets belong to none. */
  readonly packetsRejected: Readonly<Record<string, number>>;
}

export interface BfdRuntime {
  /**
   * Sessions with the same neighbour, source, port and TTL go on, and new intervals are agreed on by a Poll Sequence. Throws
   * BfdError, and changes nothing, when a socket cannot be opened.
   */
  reload(instances: readonly BfdInstance[]): void;
  states(): readonly BfdStatus[];
  /** Says AdminDown to every neighbour; nothing is reported. `keep`: says nothing, and a successor goes on. */
  stop(options?: { readonly keep?: boolean }): void;
}

export interface BfdOptions {
  readonly instances: readonly BfdInstance[];
  readonly clock: Clock;
  /** 0 <= x < 1, for jitter, discriminators and source ports. */
  readonly random: () => number;
  readonly log: BfdLog;
  /** Once for each session at its start, and at every change after that. */
  readonly onReport: (name: string, up: boolean) => void;
  /** Where a successor finds what it needs to go on; without it a restart begins anew. */
  readonly stateFile?: string;
  /** For tests: other sockets, another boot. */
  readonly edges?: Partial<Edges>;
}

export interface Edges {
  readonly openEar: OpenEar;
  readonly openMouth: OpenMouth;
  readonly bootId: string;
  /** Runs `fn` once the sockets have been read. */
  readonly afterInput: (fn: () => void) => void;
}
