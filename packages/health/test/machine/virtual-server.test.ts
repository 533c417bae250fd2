// Quorum, hysteresis and the sorry server: tables and log lines measured from keepalived 2.2.7, and properties.
import { describe, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import fc from 'fast-check';
import { tableEntry } from '../../src/machine/table.ts';
import {
  startVirtualServer,
  stepVirtualServer,
  type VirtualServerEvent,
  type VirtualServerState,
} from '../../src/machine/virtual-server.ts';
import { rs, sorryServer, vs } from '../fixture.ts';

/** `11 w1` for every destination: the last part of the address and the weight. */
const shown = (server: VirtualServer, state: VirtualServerState): readonly string[] =>
  tableEntry(server, state).destinations.map(
    ({ key, weight }) => `${formatIp(key.address).split('.').at(-1)} w${weight}`,
  );

const begin = (server: VirtualServer, dead: readonly number[] = []) =>
  startVirtualServer(
    server,
    server.realServers.map(({ weight }, i) => ({ alive: !dead.includes(i), weight })),
  );

/** Runs events and returns the last state, all texts, and the table after each. */
const play = (server: VirtualServer, events: readonly VirtualServerEvent[], dead: readonly number[] = []) => {
  let { state, events: said } = begin(server, dead);
  const texts = said.map(({ text }) => text);
  const tables = [shown(server, state)];
  for (const event of events) {
    ({ state, events: said } = stepVirtualServer(server, state, event));
    texts.push(...said.map(({ text }) => text));
    tables.push(shown(server, state));
  }
  return { state, texts, tables };
};

const up = (server: number): VirtualServerEvent => ({ kind: 'up', server });
const down = (server: number): VirtualServerEvent => ({ kind: 'down', server, reason: 'connection refused' });
const name = '[192.168.33.188]:tcp:80';

describe('without a sorry server', () => {
  test('a dead server leaves and comes back; the log is what operators know', () => {
    const { texts, tables } = play(vs([rs(12, { weight: 100 })]), [down(0), up(0)]);
    expect(tables).toEqual([['12 w100'], [], ['12 w100']]);
    expect(texts).toEqual([
      `Gained quorum 1+0=1 <= 100 for VS ${name}`,
      `Removing service [192.168.33.12]:tcp:80 from VS ${name}`,
      `Lost quorum 1-0=1 > 0 for VS ${name}`,
      `Adding service [192.168.33.12]:tcp:80 to VS ${name}`,
      `Gained quorum 1+0=1 <= 100 for VS ${name}`,
    ]);
  });

  test('the servers that are alive go on when the quorum is lost', () => {
    const { state, tables } = play(vs([rs(24), rs(25)], { quorum: 2 }), [down(0)]);
    expect(state.quorum).toBe('down');
    expect(tables.at(-1)).toEqual(['25 w1']);
  });

  test('quorum counts weights, not servers', () => {
    const server = vs([rs(12, { weight: 5 }), rs(13, { weight: 3 }), rs(14, { weight: 2 })], { quorum: 5 });
    const { texts } = play(server, [down(0), down(1), up(0)]);
    expect(texts.filter((text) => text.includes('quorum'))).toEqual([
      `Gained quorum 5+0=5 <= 10 for VS ${name}`,
      `Lost quorum 5-0=5 > 2 for VS ${name}`,
      `Gained quorum 5+0=5 <= 7 for VS ${name}`,
    ]);
  });

  test('a start with every server down says nothing of a quorum that never was', () => {
    expect(play(vs([rs(12)]), [], [0]).texts).toEqual([]);
  });

  test('inhibit_on_failure keeps a dead server with weight 0', () => {
    const inhibited = vs([rs(26, { inhibitOnFailure: true }), rs(27, { inhibitOnFailure: true })]);
    const { tables, texts } = play(inhibited, [up(0), down(0)], [0, 1]);
    expect(tables).toEqual([
      ['26 w0', '27 w0'],
      ['26 w1', '27 w0'],
      ['26 w0', '27 w0'],
    ]);
    expect(texts[0]).toBe(`Enabling service [192.168.33.26]:tcp:80 of VS ${name}`);
    expect(texts[2]).toBe(`Disabling service [192.168.33.26]:tcp:80 of VS ${name}`);
  });
});

describe('with a sorry server', () => {
  test('it stands alone while the quorum is lost', () => {
    const server = vs([rs(8), rs(9), rs(10)], { quorum: 2, sorryServer });
    const { tables, texts } = play(server, [down(0), down(1), up(1), up(0)]);
    expect(tables).toEqual([
      ['8 w1', '9 w1', '10 w1'],
      ['9 w1', '10 w1'],
      ['200 w1'],
      ['9 w1', '10 w1'],
      ['8 w1', '9 w1', '10 w1'],
    ]);
    expect(texts.slice(3, 10)).toEqual([
      `Lost quorum 2-0=2 > 1 for VS ${name}`,
      `Adding sorry server [192.168.33.200]:tcp:80 to VS ${name}`,
      `Removing alive servers from the pool for VS ${name}`,
      `Adding service [192.168.33.9]:tcp:80 to VS ${name}`,
      `Gained quorum 2+0=2 <= 2 for VS ${name}`,
      `Removing sorry server [192.168.33.200]:tcp:80 from VS ${name}`,
      `Adding alive servers to the pool for VS ${name}`,
    ]);
  });

  test('hysteresis: lost below quorum - hysteresis, gained at quorum + hysteresis', () => {
    const server = vs([rs(11), rs(12), rs(13), rs(14)], { quorum: 2, hysteresis: 1, sorryServer });
    const { tables } = play(server, [down(0), down(1), down(2), down(3), up(0), up(1), up(2)]);
    expect(tables.slice(3)).toEqual([['14 w1'], ['200 w1'], ['200 w1'], ['200 w1'], ['11 w1', '12 w1', '13 w1']]);
  });

  test('sorry_server_inhibit keeps it in the table with weight 0', () => {
    const server = vs([rs(15)], { sorryServer: { ...sorryServer, inhibit: true } });
    const { tables, texts } = play(server, [down(0), up(0)]);
    expect(tables).toEqual([['15 w1', '200 w0'], ['200 w1'], ['15 w1', '200 w0']]);
    expect(texts).toContain(`Enabling sorry server [192.168.33.200]:tcp:80 to VS ${name}`);
    expect(texts).toContain(`Disabling sorry server [192.168.33.200]:tcp:80 from VS ${name}`);
  });

  test('an inhibited server that is alive has weight 0 while the sorry server is in', () => {
    const server = vs([rs(1, { inhibitOnFailure: true }), rs(2, { inhibitOnFailure: true })], {
      quorum: 2,
      sorryServer,
    });
    expect(play(server, [down(0)]).tables.at(-1)).toEqual(['1 w0', '2 w0', '200 w1']);
  });

  test('an alpha start puts it in at once', () => {
    const { tables, texts } = play(vs([rs(1)], { sorryServer }), [], [0]);
    expect(tables).toEqual([['200 w1']]);
    expect(texts).toEqual([
      `Starting with quorum down 1-0=1 > 0 for VS ${name}`,
      `Adding sorry server [192.168.33.200]:tcp:80 to VS ${name}`,
      `Removing alive servers from the pool for VS ${name}`,
    ]);
  });

  test('no weight at all is never a quorum', () => {
    expect(play(vs([rs(1, { weight: 0 })], { quorum: 0, sorryServer }), []).tables).toEqual([['200 w1']]);
  });

  test('a sorry server that is also a real server is one destination', () => {
    const server = vs([rs(12, { inhibitOnFailure: true })], {
      sorryServer: { ...sorryServer, address: rs(12).address },
    });
    expect(play(server, [down(0)]).tables).toEqual([['12 w1'], ['12 w1']]);
  });
});

test('a changed weight counts at once, for the table and for the quorum', () => {
  const server = vs([rs(20)], { quorum: 5 });
  const { tables, texts } = play(server, [{ kind: 'weight', server: 0, weight: 10 }]);
  expect(tables.at(-1)).toEqual(['20 w10']);
  expect(texts).toEqual([
    `Changing weight from 1 to 10 for active service [192.168.33.20]:tcp:80 of VS ${name}`,
    `Gained quorum 5+0=5 <= 10 for VS ${name}`,
  ]);
});

test('a firewall mark is named as keepalived names it', () => {
  const { protocol: _, ...rest } = vs([rs(16, { port: 0 })]);
  const server: VirtualServer = { ...rest, target: { kind: 'fwmark', mark: 7 } };
  expect(play(server, [down(0)]).texts[1]).toBe('Removing service [192.168.33.16]:none:0 from VS FWM 7');
});

describe('for any sequence of verdicts and weights', () => {
  const anyServer = fc
    .record({
      servers: fc.array(fc.record({ weight: fc.nat(5), inhibit: fc.boolean() }), { minLength: 1, maxLength: 6 }),
      quorum: fc.integer({ min: 1, max: 8 }),
      hysteresis: fc.nat(7),
      sorry: fc.constantFrom(undefined, false, true),
    })
    .map(({ servers, quorum, hysteresis, sorry }) =>
      vs(
        servers.map(({ weight, inhibit }, i) => rs(i + 1, { weight, inhibitOnFailure: inhibit })),
        {
          quorum,
          hysteresis: Math.min(hysteresis, quorum - 1),
          ...(sorry !== undefined && { sorryServer: { ...sorryServer, inhibit: sorry } }),
        },
      ),
    );
  const anyEvents = fc.array(
    fc.record({ server: fc.nat(5), what: fc.constantFrom('up', 'down', 'weight'), weight: fc.nat(9) }),
    { maxLength: 40 },
  );
  const eventOf = ({ server, what, weight }: { server: number; what: string; weight: number }): VirtualServerEvent => {
    if (what === 'up') return up(server);
    return what === 'down' ? down(server) : { kind: 'weight', server, weight };
  };

  test('no server that is down has weight in the table, and the quorum follows its rules', () => {
    fc.assert(
      fc.property(anyServer, anyEvents, (server, raw) => {
        let { state } = begin(server);
        for (const event of raw.map(eventOf)) {
          const before = state;
          ({ state } = stepVirtualServer(server, state, event));
          const alive = state.servers.filter((one) => one.alive).reduce((sum, { weight }) => sum + weight, 0);
          expect(state.aliveWeight).toBe(alive);
          if (alive >= server.quorum + server.hysteresis && alive > 0) expect(state.quorum).toBe('up');
          else if (alive === 0 || alive < server.quorum - server.hysteresis) expect(state.quorum).toBe('down');
          else expect(state.quorum).toBe(before.quorum);

          const rows = shown(server, state);
          const replaced = state.quorum === 'down' && server.sorryServer !== undefined;
          server.realServers.forEach((real, i) => {
            const one = state.servers[i];
            const row = rows.find((text) => text.startsWith(`${i + 1} w`));
            if (one?.alive === true && !replaced) expect(row).toBe(`${i + 1} w${one.weight}`);
            else expect(row).toBe(real.inhibitOnFailure ? `${i + 1} w0` : undefined);
          });
          expect(rows.includes('200 w1')).toBe(replaced);
        }
      }),
    );
  });
});
