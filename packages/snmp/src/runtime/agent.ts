// The subagent: one AgentX session with the master, opened again when it is lost, and answers out of a view.
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { Oid } from '../agentx/oid.ts';
import { type Body, errors, type Pdu, type SearchRange } from '../agentx/pdu.ts';
import type { VarBind } from '../agentx/value.ts';
import { bulk, type View } from '../view/view.ts';
import type { Connect, Connection } from './connection.ts';

export interface Region {
  readonly subtree: Oid;
  /** Told to the master, for its sysORTable. */
  readonly description: string;
}

export interface AgentParts {
  readonly connect: Connect;
  /** As the log names it. */
  readonly address: string;
  readonly regions: readonly Region[];
  /** What is true now; asked for every request. */
  readonly view: () => Promise<View>;
  readonly clock: Clock;
  readonly log: { info(text: string): void; warning(text: string): void };
}

export interface Agent {
  /** Lost without a word while there is no master, as a trap may be. */
  notify(variables: readonly VarBind[]): void;
  close(): void;
}

/** The next try after a lost session, then later and later, as long as Net-SNMP waits. */
const retryMs: readonly Millis[] = [1000, 2000, 5000, 15_000];
/** A quiet master is asked whether it is there, and has this long to say so. */
const pingEveryMs: Millis = 15_000;
const answerWithinMs: Millis = 10_000;
/** Seconds that the master waits for an answer: the workers may be asked first. */
const timeoutSeconds = 5;
/** Of Register: the usual one. */
const priority = 127;
const shutdown = 5;

export const startAgent = (parts: AgentParts): Agent => {
  const { connect, address, regions, view, clock, log } = parts;
  let connection: Connection | undefined;
  let session: number | undefined;
  let packet = 0;
  let failures = 0;
  let told = false;
  let closed = false;
  let timer: Cancel | undefined;
  /** What was asked of the master, by packet number. */
  const asked = new Map<number, Body['kind']>();

  const setTimer = (after: Millis, then: () => void): void => {
    timer?.();
    timer = clock.at(clock.now() + after, then);
  };

  const send = (body: Body): void => {
    packet += 1;
    asked.set(packet, body.kind);
    connection?.send({ session: session ?? 0, transaction: 0, packet, ...body });
  };

  const open = (): void => {
    session = undefined;
    asked.clear();
    connection = connect({ onPdu: receive, onClose: lost });
    setTimer(answerWithinMs, () => lost('it does not answer'));
    send({ kind: 'open', timeout: timeoutSeconds, id: [], description: 'vipward' });
  };

  const lost = (why: string): void => {
    if (closed) return;
    connection?.close();
    connection = undefined;
    if (!told) log.warning(`SNMP: no AgentX master at ${address} (${why}); trying until there is one`);
    told = true;
    session = undefined;
    setTimer(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, open);
    failures += 1;
  };

  const opened = (number: number): void => {
    session = number;
    failures = 0;
    told = false;
    log.info(`SNMP: AgentX subagent connected to ${address}`);
    for (const { subtree, description } of regions) {
      send({ kind: 'register', timeout: timeoutSeconds, priority, subtree });
      send({ kind: 'add-caps', id: subtree, description });
    }
    setTimer(pingEveryMs, ping);
  };

  const ping = (): void => {
    send({ kind: 'ping' });
    setTimer(answerWithinMs, () => lost('it does not answer'));
  };

  const receive = (pdu: Pdu): void => {
    switch (pdu.kind) {
      case 'response':
        answered(pdu);
        return;
      case 'get':
      case 'get-next':
      case 'get-bulk':
        void answer(pdu);
        return;
      case 'test-set':
        reply(pdu, { error: errors.notWritable, index: 1 });
        return;
      case 'commit-set':
        reply(pdu, { error: errors.commitFailed });
        return;
      case 'undo-set':
        reply(pdu, { error: errors.undoFailed });
        return;
      case 'close':
        lost('it ended the session');
        return;
      case 'cleanup-set':
      case 'open':
      case 'register':
      case 'notify':
      case 'ping':
      case 'add-caps':
        return;
    }
  };

  const answered = (pdu: Extract<Pdu, { readonly kind: 'response' }>): void => {
    const kind = asked.get(pdu.packet);
    asked.delete(pdu.packet);
    if (kind === undefined) return;
    if (pdu.error === errors.none) {
      if (kind === 'open') opened(pdu.session);
      else if (kind === 'ping') setTimer(pingEveryMs, ping);
      return;
    }
    if (kind === 'open' || pdu.error === errors.notOpen) lost(`it refuses with error ${pdu.error}`);
    else if (kind === 'register') log.warning(`SNMP: the master at ${address} refuses a part with error ${pdu.error}`);
  };

  const answer = async (pdu: Extract<Pdu, { readonly ranges: readonly SearchRange[] }>): Promise<void> => {
    if (pdu.context !== undefined && pdu.context.length > 0) {
      reply(pdu, { error: errors.unsupportedContext, index: 1 });
      return;
    }
    try {
      reply(pdu, { variables: variablesFor(pdu, await view()) });
    } catch (error) {
      log.warning(`SNMP: ${error instanceof Error ? error.message : String(error)}`);
      reply(pdu, { error: errors.generic, index: 1 });
    }
  };

  const reply = (
    { session: of, transaction, packet: number }: Pdu,
    { error = errors.none as number, index = 0, variables = [] as readonly VarBind[] },
  ): void =>
    connection?.send({
      kind: 'response',
      session: of,
      transaction,
      packet: number,
      upTime: 0,
      error,
      index,
      variables,
    });

  open();
  return {
    notify(variables) {
      if (session !== undefined) send({ kind: 'notify', variables });
    },
    close() {
      if (session !== undefined) send({ kind: 'close', reason: shutdown });
      closed = true;
      timer?.();
      connection?.close();
    },
  };
};

const variablesFor = (
  pdu: Extract<Pdu, { readonly ranges: readonly SearchRange[] }>,
  view: View,
): readonly VarBind[] => {
  switch (pdu.kind) {
    case 'get':
      return pdu.ranges.map(({ start }) => ({ name: start, value: view.get(start) }));
    case 'get-next':
      return pdu.ranges.map((range) => view.next(range));
    case 'get-bulk':
      return bulk(view, pdu);
  }
};
