// track_file, vrrp_track_process and bfd_instance: what can be watched besides scripts.
import { ipKey } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { BfdInstance, TrackFile, TrackProcess } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { address, argsOf, at, bool, find, has, millis, number, present, text, valueIn } from './values.ts';
import { nameText } from './vrrp-script.ts';

/** The weight of a block, and whether it works the other way round. */
const weightOf = (block: Block, fallback: number): { readonly weight: number; readonly reverse: boolean } => {
  const value = valueIn(find(block, 'weight'), 'number');
  return { weight: value?.value ?? fallback, reverse: value?.option === 'reverse' };
};

export const buildTrackFile = (statement: Statement, block: Block, report: Report): TrackFile | undefined => {
  const name = nameText(statement);
  if (name === undefined) return undefined;
  const file = text(block, 'file');
  if (file === undefined) return incomplete(statement, `track_file ${name}`, 'file', report);
  return { name, file, ...weightOf(block, 1), ...present('initFile', readInitFile(block, report)), at: at(statement) };
};

// `[NUMBER] [overwrite]`
const readInitFile = (block: Block, report: Report): TrackFile['initFile'] | undefined => {
  const args = argsOf(block, 'init_file');
  if (args === undefined) return undefined;
  let value = 0;
  let overwrite = false;
  for (const word of args)
    if (word.text === 'overwrite') overwrite = true;
    else if (/^[+-]?\d{1,10}$/.test(word.text)) value = Number(word.text);
    else report('error', 'bad-value', `"${word.text}" is neither a number nor overwrite`, locationOf(word));
  return { value, overwrite };
};

const PARAMETER_MATCH = ['initial', 'partial'] as const;

export const buildTrackProcess = (statement: Statement, block: Block, report: Report): TrackProcess | undefined => {
  const name = nameText(statement);
  if (name === undefined) return undefined;
  const [process, ...parameters] = argsOf(block, 'process') ?? [];
  if (process === undefined) return incomplete(statement, `vrrp_track_process ${name}`, 'process', report);
  const quorum = number(block, 'quorum') ?? 1;
  const quorumMax = number(block, 'quorum_max');
  const contradiction = quorumMax !== undefined && quorumMax !== 0 && quorumMax < quorum;
  const quorumAt = find(block, 'quorum_max');
  if (contradiction && quorumAt !== undefined)
    report('error', 'out-of-range', `quorum_max ${quorumMax} is below quorum ${quorum}; it is ignored`, at(quorumAt));
  const delay = millis(block, 'delay') ?? 0;
  return {
    name,
    process: process.text,
    parameters: parameters.map((word) => word.text),
    ...present('parameterMatch', readMatch(block, parameters.length > 0, report)),
    ...weightOf(block, 0),
    quorum: quorumMax === 0 ? 0 : quorum,
    ...present('quorumMax', contradiction ? undefined : quorumMax),
    forkDelay: millis(block, 'fork_delay') ?? delay,
    terminateDelay: millis(block, 'terminate_delay') ?? delay,
    fullCommand: has(block, 'full_command') || parameters.length > 0,
    at: at(statement),
  };
};

const readMatch = (block: Block, given: boolean, report: Report): TrackProcess['parameterMatch'] | undefined => {
  const args = argsOf(block, 'param_match');
  if (args === undefined) return given ? 'exact' : undefined;
  const [word] = args;
  const found = PARAMETER_MATCH.find((match) => match === word?.text);
  if (word !== undefined && found === undefined)
    report('error', 'bad-value', `"${word.text}" is not initial or partial`, locationOf(word));
  return found ?? 'exact';
};

export const buildBfdInstance = (statement: Statement, block: Block, report: Report): BfdInstance | undefined => {
  const name = nameText(statement);
  if (name === undefined) return undefined;
  const neighbor = address(block, 'neighbor_ip');
  if (neighbor === undefined) return incomplete(statement, `bfd_instance ${name}`, 'neighbor_ip', report);
  const source = address(block, 'source_ip');
  const sourceAt = find(block, 'source_ip');
  const fits = source === undefined || source.family === neighbor.family;
  if (!fits && sourceAt !== undefined)
    report('error', 'mixed-families', 'source_ip is not of the family of neighbor_ip and is ignored', at(sourceAt));
  const ttl = number(block, 'ttl') ?? (neighbor.family === 4 ? 255 : 64);
  const both = has(block, 'vrrp') === has(block, 'checker');
  return {
    name,
    neighbor,
    ...present('source', fits ? source : undefined),
    minRx: millis(block, 'min_rx') ?? 10,
    minTx: millis(block, 'min_tx') ?? 10,
    idleTx: millis(block, 'idle_tx') ?? 1000,
    multiplier: number(block, 'multiplier') ?? 5,
    passive: has(block, 'passive'),
    ttl,
    maxHops: buildMaxHops(block, ttl, report),
    multihop: bool(block, 'multihop') ?? false,
    ...weightOf(block, 0),
    reportTo: { vrrp: both || has(block, 'vrrp'), checker: both || has(block, 'checker') },
    at: at(statement),
  };
};

/** Packets tell by their source whose they are, so there is one session with a neighbour in each mode. */
export const withoutSharedNeighbors = (sessions: readonly BfdInstance[], report: Report): readonly BfdInstance[] =>
  sessions.filter(({ neighbor, multihop, name, at: place }, i) => {
    const before = sessions
      .slice(0, i)
      .find((other) => ipKey(other.neighbor) === ipKey(neighbor) && other.multihop === multihop);
    if (before === undefined) return true;
    const message = `bfd_instance ${name} has the neighbor of ${before.name}, ${ipKey(neighbor)}; it is dropped`;
    report('error', 'duplicate-definition', message, place, {
      related: [{ at: before.at, message: `${before.name} is here` }],
      hint: `track ${before.name} instead`,
    });
    return false;
  });

const NO_CHECK = 255;

const buildMaxHops = (block: Block, ttl: number, report: Report): number => {
  const written = number(block, 'max_hops') ?? 0;
  const hops = written === -1 ? NO_CHECK : written;
  const statement = find(block, 'max_hops');
  if (hops <= ttl || hops === NO_CHECK || statement === undefined) return hops;
  report('error', 'out-of-range', `max_hops ${hops} is above ttl ${ttl}; ${ttl} is taken`, at(statement));
  return ttl;
};

/** Reports that a block lacks what it cannot be without. */
export const incomplete = (statement: Statement, what: string, missing: string, report: Report): undefined => {
  report('error', 'incomplete-definition', `${what} has no usable ${missing} and is dropped`, at(statement));
};
