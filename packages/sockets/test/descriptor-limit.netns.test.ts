// The limit of descriptors, raised as far as the kernel lets a process.
import { spawnSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { runProgram } from './run-program.ts';

jest.setTimeout(60_000);

describeWith(needs('root', 'program:prlimit', 'program:setpriv'), 'the limit of descriptors', () => {
  // Node takes all that the hard limit allows by itself.
  const limited = ['prlimit', '--nofile=500:600'];
  const raised = ['prlimit', '--nofile=4000:4000'];

  test('is raised where whoever starts the process could raise it', async () => {
    // Root in a container has no CAP_SYS_RESOURCE as a rule.
    const most = spawnSync('prlimit', ['--nofile=600:600', ...raised, 'true']).status === 0 ? 4000 : 600;
    const { stdout, stderr } = await runProgram('descriptor-limit', [], limited);
    expect({ stderr, ...JSON.parse(stdout) }).toEqual({
      stderr: '',
      before: { soft: 600, hard: 600 },
      given: most,
      after: { soft: most, hard: most },
    });
  });

  test('stays what it is for who may not raise it, which is no error', async () => {
    const without = ['setpriv', '--bounding-set=-sys_resource', '--inh-caps=-sys_resource'];
    const { stdout, stderr } = await runProgram('descriptor-limit', [], [...limited, ...without]);
    expect({ stderr, ...JSON.parse(stdout) }).toMatchObject({
      stderr: '',
      given: 600,
      after: { soft: 600, hard: 600 },
    });
  });

  test('is left alone where it is high enough', async () => {
    const { stdout } = await runProgram('descriptor-limit', [], ['prlimit', '--nofile=9000:9000']);
    expect(JSON.parse(stdout)).toMatchObject({ given: 9000, after: { soft: 9000, hard: 9000 } });
  });
});
