// -t with net_namespace: the interfaces of that namespace are those that must be there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createNetns, type Netns } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { loadInNamespace } from '../../src/command/load.ts';

describeWith(needs('root', 'netns'), 'the interface of an instance', () => {
  const folder = mkdtempSync(join(tmpdir(), 'test-config-'));
  let inner: Netns;
  let found: (namespace: string, asked?: string) => Promise<readonly string[]>;

  beforeAll(async () => {
    inner = await createNetns('tc');
    await inner.exec('ip', ['link', 'add', 'tc0', 'type', 'veth', 'peer', 'name', 'tc1']);
    found = async (namespace, asked) => {
      const file = join(folder, 'keepalived.conf');
      const top = namespace === '' ? '' : `net_namespace ${namespace}\n`;
      writeFileSync(
        file,
        `${top}vrrp_instance A {\ninterface tc0\nvirtual_router_id 3\npriority 100\nvirtual_ipaddress {\n10.0.0.9/24\n}\n}\n`,
      );
      const { diagnostics } = await loadInNamespace({ file, configId: undefined }, asked);
      return diagnostics.map(({ code }) => code);
    };
  });
  afterAll(async () => {
    await inner.delete();
    rmSync(folder, { recursive: true });
  });

  test('is looked for in net_namespace, or in the namespace of the command line', async () => {
    expect(await found(inner.name)).toEqual([]);
    expect(await found('nosuch', inner.name)).toEqual([]);
    expect(await found('')).toEqual(['env-interface-missing']);
  });

  test('is no finding in a namespace that is not there yet, as with keepalived -t', async () => {
    expect(await found('nosuch')).toEqual([]);
  });
});
