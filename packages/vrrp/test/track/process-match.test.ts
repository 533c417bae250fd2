// Which processes a vrrp_track_process means; every row was seen with keepalived 2.2.7.
import { expect, test } from '@jest/globals';
import { matches } from '../../src/track/process-match.ts';
import { trackProcess } from './make.ts';

const path = '/opt/trkdummy';
const command = (line: string, name = 'trkdummy') => ({ name, commandLine: line.split(' ') });

test.each([
  ['the name', { process: 'trkdummy' }, command(`${path} 500`), true],
  ['the name, which a program may have given itself', { process: 'trkdummy' }, command('perl -e x'), true],
  ['not the path', { process: path }, command(`${path} 500`), false],
  ['a name beyond 15 bytes never', { process: 'trkdummy_with_a_long' }, command(path, 'trkdummy_with_a'), false],
  ['but its first 15 bytes', { process: 'trkdummy_with_a' }, command(path, 'trkdummy_with_a'), true],
  ['the first word, with full_command', { process: path, fullCommand: true }, command(`${path} 500`), true],
  ['not the name then', { process: 'trkdummy', fullCommand: true }, command(`${path} 500`), false],
  ['a thread of the kernel has no command line', { process: 'kthreadd', fullCommand: true }, command(''), false],
] as const)('%s', (_what, change, image, fits) => {
  expect(matches(trackProcess(change), image)).toBe(fits);
});

test.each([
  ['exact', ['500'], '500', true],
  ['exact', ['500'], '500 1', false],
  ['exact', [], '', true],
  ['exact', [], '500', false],
  ['initial', ['5'], '500', true],
  ['initial', ['5', '1'], '5 12 x', true],
  ['initial', ['50'], '5', false],
  ['partial', ['50'], '500', false],
  ['partial', ['50'], '50 1', true],
  ['partial', ['50', '1'], '50', false],
  [undefined, ['50'], '7', true],
] as const)('param_match %s of %j with %j is %s', (parameterMatch, parameters, line, fits) => {
  const track = trackProcess({
    process: path,
    parameters,
    fullCommand: true,
    ...(parameterMatch && { parameterMatch }),
  });
  expect(matches(track, command([path, line].filter((words) => words !== '').join(' ')))).toBe(fits);
});
