// Real files and what real keepalived says of them: agreement file by file. The files live outside of the repository.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { corpusFiles, diagnose, disagreements } from './corpus.ts';
import { corpusDisagreements } from './corpus-disagreements.ts';

const LIMIT_MS = 1000;

const suite = (): void => {
  test.each(corpusFiles)('$number is read to its end, in less than a second', ({ number }) => {
    const start = performance.now();
    diagnose(number);
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  });

  const listed = new Map(corpusDisagreements.map(({ file, reason }) => [file, reason]));

  test.each(corpusFiles.filter(({ number }) => !listed.has(`${number}.conf`)))(
    'of $number ($kind) vipward says what keepalived says',
    (file) => {
      expect(disagreements(file)).toEqual([]);
    },
  );

  test('the list of disagreements is exact, and at most two in a hundred files are on it', () => {
    const differing = corpusFiles
      .filter((file) => disagreements(file).length > 0)
      .map(({ number }) => `${number}.conf`);
    expect(differing).toEqual([...listed.keys()].sort());
    expect(corpusFiles.length).toBeGreaterThan(190);
    expect(1 - differing.length / corpusFiles.length).toBeGreaterThanOrEqual(0.98);
  });
};

describeWith(needs('reference'), 'of real files', suite);
