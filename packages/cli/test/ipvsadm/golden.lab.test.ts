// The golden transcripts on a real kernel, with our ipvsadm in the place of the original.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { replayInNamespace } from './in-namespace.ts';
import { goldenCases, goldenFolder } from './transcript.ts';

const commandsOf = (name: string): string => join(goldenFolder, `${name}.cmds`);
const recordingOf = (name: string): string => readFileSync(join(goldenFolder, `${name}.txt`), 'utf8');
const needsTraffic = (name: string): boolean => /^# needs: traffic/m.test(readFileSync(commandsOf(name), 'utf8'));

const minutes = 60_000;

describeWith(needs('lab', 'ipvs', 'reference'), 'our ipvsadm on a real kernel', () => {
  const quiet = goldenCases().filter((name) => !needsTraffic(name));
  let transcripts: ReadonlyMap<string, string>;

  // Starting node takes longest in the guest, so one process replays them all.
  beforeAll(() => {
    transcripts = replayInNamespace('ours', quiet.map(commandsOf));
  }, 5 * minutes);

  test.each(quiet)('%s is as recorded with the original', (name) => {
    expect(transcripts.get(name)).toBe(recordingOf(name));
  });

  test.each(goldenCases().filter(needsTraffic))(
    '%s, with traffic, is as recorded with the original',
    (name) => {
      const transcript = replayInNamespace('ours', [commandsOf(name)]).get(name) ?? '';
      expect(masked(name, transcript)).toBe(masked(name, recordingOf(name)));
    },
    2 * minutes,
  );
});

// The order of connections is the kernel's hash order, their expiry runs down, and persistence picks either server.
const masked = (name: string, text: string): string => {
  if (name !== '20-connections' && name !== '21-sip-persistence') return text;
  return text
    .replaceAll(/^((?:TCP|UDP) )\d+:\d\d +/gm, '$1MM:SS ')
    .replaceAll(/^((?:TCP|UDP) .{20,} [A-Z_]+) +\d+\b/gm, '$1 EXPIRES')
    .replaceAll(name === '21-sip-persistence' ? /10\.30\.0\.[23]|0A1E000[23]/g : /$^/g, 'SERVER')
    .split('\n')
    .sort()
    .join('\n');
};
