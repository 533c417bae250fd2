// The tables of nftables_ipvs, as the program nft is told of them.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { FakeClock } from '@vipward/testkit';
import { createGroupMarking } from '../../src/worker/group-marks.ts';

const file = (...globals: readonly string[]): string => `
global_defs {
${globals.join('\n')}
}
virtual_server_group G {
10.0.0.1 80
10.0.0.2 80
}
virtual_server group G {
protocol TCP
lb_kind DR
real_server 10.1.0.1 80 {
}
}
`;

/** What nft is told, once. */
const commandsFor = async (...globals: readonly string[]): Promise<string> => {
  const { config } = parseConfig({
    ...{ file: 'k.conf', read: memoryReader({ 'k.conf': file(...globals) }), configId: 't' },
  });
  const commands: string[] = [];
  const nothing = (): void => undefined;
  const marking = createGroupMarking({
    nftables: {
      program: async (args, input) => {
        if (args.includes('list')) return { status: 1, stdout: '', stderr: 'No such file or directory' };
        commands.push(input);
        return { status: 0, stdout: '', stderr: '' };
      },
    },
    clock: new FakeClock(0),
    log: { warning: nothing, error: nothing },
    previous: undefined,
    onProgress: nothing,
  });
  const marks = marking.take(config);
  if (marks !== undefined) await marking.settle();
  await marking.close({ keep: true });
  return commands.join('\n');
};

test('nftables_ipvs_priority is that of the chains, -1 unless it is written', async () => {
  expect(await commandsFor()).toBe('');
  expect(await commandsFor('nftables_ipvs')).toContain('"prio":-1');
  const other = await commandsFor('nftables_ipvs', 'nftables_ipvs_priority -150');
  expect(other).toContain('"prio":-150');
  expect(other).not.toContain('"prio":-1,');
});

test('nftables_ipvs names the tables, and nftables_ipvs_start_fwmark the first mark', async () => {
  expect(await commandsFor('nftables_ipvs')).toContain('"name":"keepalived_ipvs"');
  const other = await commandsFor('nftables_ipvs marks', 'nftables_ipvs_start_fwmark 77');
  expect(other).toContain('"name":"marks"');
  expect(other).toContain('77');
});
