// Who hears of which BFD session, and what a worker that starts late is told.
import { expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { createBfdStates } from '../../src/supervisor/bfd-states.ts';

const parse = (text: string): Config =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'test' }).config;

// A second session with the same neighbour would be dropped.
const session = (name: string, word = ''): string =>
  `bfd_instance ${name} {\n neighbor_ip 10.0.0.${name.length}\n ${word}\n}\n`;

const config = parse(session('both') + session('routers', 'vrrp') + session('checkers', 'checker'));

const news = (name: string, up: boolean) => ({ name, up, at: 1 });

test('the words vrrp and checker choose who hears of a session; without either it is both', () => {
  const bfds = createBfdStates();
  expect(bfds.listeners('both', config)).toEqual(['vrrp', 'checker']);
  expect(bfds.listeners('routers', config)).toEqual(['vrrp']);
  expect(bfds.listeners('checkers', config)).toEqual(['checker']);
  expect(bfds.listeners('gone', config)).toEqual([]);
});

test('a worker is told the last news of every session that it hears of', () => {
  const bfds = createBfdStates();
  for (const change of [news('both', false), news('routers', false), news('both', true)]) bfds.set(change);
  expect(bfds.known('vrrp', config)).toEqual([news('both', true), news('routers', false)]);
  expect(bfds.known('checker', config)).toEqual([news('both', true)]);
  expect(bfds.known('bfd', config)).toEqual([]);
});

test('what the configuration has no more is forgotten, and everything when BFD does not run', () => {
  const bfds = createBfdStates();
  for (const name of ['both', 'routers']) bfds.set(news(name, true));
  bfds.forget(parse(session('both')), true);
  expect(bfds.known('vrrp', config)).toEqual([news('both', true)]);
  bfds.forget(config, false);
  expect(bfds.known('vrrp', config)).toEqual([]);
});
