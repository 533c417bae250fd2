// The subagent and a master: a session, its parts, answers, pings, and what happens when the master goes.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import type { Body, Pdu } from '../../src/agentx/pdu.ts';
import { integer } from '../../src/agentx/value.ts';
import { startAgent } from '../../src/runtime/agent.ts';
import type { ConnectionEvents } from '../../src/runtime/connection.ts';
import { scalar } from '../../src/view/object.ts';
import { viewOf } from '../../src/view/view.ts';

const subtree = [1, 3, 6, 1, 4, 1, 9586];
const name = [...subtree, 1];

const setUp = () => {
  const clock = new FakeClock();
  const sent: Pdu[] = [];
  const lines: string[] = [];
  const connections: ConnectionEvents[] = [];
  const agent = startAgent({
    connect: (events) => {
      connections.push(events);
      return { send: (pdu) => sent.push(pdu), close: () => {} };
    },
    address: '/master',
    regions: [{ subtree, description: 'all' }],
    view: async () => viewOf([scalar(name, integer(7))]),
    clock,
    log: { info: (line) => lines.push(line), warning: (line) => lines.push(line) },
  });
  const say = (body: Body, packet = 0): void =>
    connections.at(-1)?.onPdu({ session: 3, transaction: 8, packet, ...body });
  const accept = (error = 0): void => {
    const last = sent.at(-1);
    say({ kind: 'response', upTime: 0, error, index: 0, variables: [] }, last?.packet);
  };
  return { clock, sent, lines, connections, agent, say, accept };
};

const range = { start: subtree, include: false, end: [] };

describe('the subagent', () => {
  test('opens a session and registers its parts under the number that the master gave', () => {
    const { sent, accept, lines } = setUp();
    expect(sent.map(({ kind }) => kind)).toEqual(['open']);
    accept();
    expect(sent.slice(1)).toMatchObject([
      { kind: 'register', session: 3, subtree },
      { kind: 'add-caps', session: 3, id: subtree },
    ]);
    expect(lines).toEqual(['SNMP: AgentX subagent connected to /master']);
  });

  test('answers what is asked, with the numbers of the question', async () => {
    const { clock, sent, accept, say } = setUp();
    accept();
    say({ kind: 'get', ranges: [{ ...range, start: [...name, 0] }, range] }, 41);
    say({ kind: 'get-next', ranges: [range] }, 42);
    say({ kind: 'get-bulk', nonRepeaters: 0, maxRepetitions: 5, ranges: [range] }, 43);
    await clock.run(0);
    const value = integer(7);
    const found = { name: [...name, 0], value };
    const answer = { kind: 'response', session: 3, transaction: 8, error: 0 };
    expect(sent.slice(-3)).toMatchObject([
      { ...answer, packet: 41, variables: [found, { name: subtree, value: { type: 'no-such-object' } }] },
      { ...answer, packet: 42, variables: [found] },
      { ...answer, packet: 43, variables: [found, { name: found.name, value: { type: 'end-of-view' } }] },
    ]);
  });

  test('lets nothing be set, and serves no other context', async () => {
    const { clock, sent, accept, say } = setUp();
    accept();
    say({ kind: 'test-set', variables: [{ name, value: integer(1) }] });
    expect(sent.at(-1)).toMatchObject({ kind: 'response', error: 17, index: 1 });
    say({ kind: 'commit-set' });
    expect(sent.at(-1)).toMatchObject({ error: 14 });
    const before = sent.length;
    say({ kind: 'cleanup-set' });
    expect(sent).toHaveLength(before);
    const other: Body & { readonly context: Uint8Array } = {
      kind: 'get',
      ranges: [range],
      context: Uint8Array.of(120),
    };
    say(other);
    await clock.run(0);
    expect(sent.at(-1)).toMatchObject({ error: 262 });
  });

  test('says once that there is no master, tries later and later, and connects when there is one', () => {
    const { clock, sent, lines, connections, accept } = setUp();
    connections.at(-1)?.onClose('ENOENT');
    for (const wait of [1000, 2000, 5000, 15_000]) {
      const before = connections.length;
      clock.advance(wait - 1);
      expect(connections).toHaveLength(before);
      clock.advance(1);
      expect(connections).toHaveLength(before + 1);
      connections.at(-1)?.onClose('ENOENT');
    }
    clock.advance(15_000);
    expect(lines).toEqual(['SNMP: no AgentX master at /master (ENOENT); trying until there is one']);
    accept();
    expect(sent.at(-1)?.kind).toBe('add-caps');
    expect(lines).toHaveLength(2);
  });

  test('asks a quiet master whether it is there, and leaves one that does not say', () => {
    const { clock, sent, lines, connections, accept } = setUp();
    accept();
    clock.advance(15_000);
    expect(sent.at(-1)?.kind).toBe('ping');
    accept();
    clock.advance(15_000);
    expect(sent.at(-1)?.kind).toBe('ping');
    clock.advance(10_000 + 1000);
    expect(lines.at(-1)).toContain('it does not answer');
    expect(connections).toHaveLength(2);
  });

  test('opens anew when the master has forgotten the session or refuses it', () => {
    const { clock, connections, accept } = setUp();
    accept(267);
    clock.advance(1000);
    expect(connections).toHaveLength(2);
    accept();
    clock.advance(15_000);
    accept(257);
    clock.advance(1000);
    expect(connections).toHaveLength(3);
  });

  test('sends traps while there is a session, and ends it at the end', () => {
    const { clock, sent, connections, agent, accept } = setUp();
    agent.notify([]);
    expect(sent.map(({ kind }) => kind)).toEqual(['open']);
    accept();
    agent.notify([{ name, value: integer(1) }]);
    expect(sent.at(-1)).toMatchObject({ kind: 'notify', session: 3 });
    agent.close();
    expect(sent.at(-1)).toMatchObject({ kind: 'close', reason: 5 });
    connections.at(-1)?.onClose('it closed the connection');
    clock.advance(60_000);
    expect(connections).toHaveLength(1);
  });
});
