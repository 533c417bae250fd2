// vipward's own keywords of virtual and real servers: they stand on `@vipward` lines, which keepalived skips.
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { parse } from '../support.ts';
import { keepalivedTest } from './keepalived.ts';

const text = `virtual_server 192.168.33.188 80 {
  lvs_sched wrr
  lvs_method DR
  protocol TCP
  @vipward slow_start 30
  @vipward panic_threshold 40
  @vipward drain_on_remove
  real_server 192.168.33.12 80 {
    weight 100
    @vipward slow_start 5
    @vipward maintenance_file /run/vipward/maintenance/12
    TCP_CHECK {
    }
  }
  real_server 192.168.33.13 80 {
    weight 100
    TCP_CHECK {
    }
  }
}
`;

describe('own words on @vipward lines', () => {
  test('are settings of the virtual server, which its real servers take over', () => {
    const { config, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    const [vs] = config.virtualServers;
    expect(vs).toMatchObject({ panicThreshold: 40, drainOnRemove: 300_000 });
    expect(vs?.realServers).toMatchObject([
      { slowStart: 5000, maintenanceFile: '/run/vipward/maintenance/12' },
      { slowStart: 30_000 },
    ]);
  });

  test('are off where nothing is written', () => {
    const [vs] = parse(text.replaceAll(/ *@vipward.*\n/g, '')).config.virtualServers;
    expect([vs?.panicThreshold, vs?.drainOnRemove, ...(vs?.realServers ?? []).map((rs) => rs.slowStart)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a drain may be given its time', () => {
    const [vs] = parse(text.replace('drain_on_remove', 'drain_on_remove 60')).config.virtualServers;
    expect(vs?.drainOnRemove).toBe(60_000);
  });
});

describe('own words on lines that keepalived reads', () => {
  const plain = (line: string): string => text.replace(`@vipward ${line}`, line);

  test.each(['slow_start 30', 'panic_threshold 40', 'drain_on_remove', 'maintenance_file /run/vipward/maintenance/12'])(
    '%s is an unknown keyword, as it is for keepalived',
    (line) => {
      const { config, diagnostics } = parse(plain(line));
      expect(diagnostics).toMatchObject([
        { severity: 'warning', code: 'unknown-keyword', hint: `keepalived does not know it: write @vipward ${line}` },
      ]);
      const without = parse(text.replace(`@vipward ${line}`, '#')).config;
      expect(config.virtualServers).toEqual(without.virtualServers);
    },
  );

  test('the config id of the host does not make them known', () => {
    const named = text.replace('@vipward slow_start 30', '@main slow_start 30');
    expect(parse(named, { configId: 'main' }).diagnostics).toMatchObject([{ code: 'unknown-keyword' }]);
  });

  test('a block of an own check is skipped whole', () => {
    const block = 'real_server 192.168.33.14 80 {\nREDIS_CHECK {\nretry 3\n}\n}\n}\n';
    const { config, diagnostics } = parse(text.replace(/\}\n$/, block));
    expect(diagnostics).toMatchObject([{ code: 'unknown-keyword' }]);
    expect(config.virtualServers[0]?.realServers[2]).not.toHaveProperty('moreCheckers');
  });

  test('so is a line inside such a block, and its } is an error when keepalived sees it', () => {
    const block = 'real_server 192.168.33.14 80 {\n@vipward REDIS_CHECK {\nretry 3\n}\n}\n}\n';
    expect(parse(text.replace(/\}\n$/, block)).diagnostics).toMatchObject([
      { code: 'unknown-keyword', hint: 'keepalived does not know it: write @vipward retry 3' },
      { code: 'extra-close-brace', hint: 'write @vipward }' },
    ]);
  });

  test('a file that an @vipward line includes needs no further marks', () => {
    const main = text.replace('@vipward slow_start 5', '@vipward include own.conf');
    const { config, diagnostics } = parse(main, { files: { '/etc/keepalived/own.conf': 'slow_start 7\n' } });
    expect(diagnostics).toEqual([]);
    expect(config.virtualServers[0]?.realServers[0]).toMatchObject({ slowStart: 7000 });
  });
});

describeWith(needs('keepalived'), 'keepalived', () => {
  test('finds nothing wrong with the same file', () => {
    expect(keepalivedTest(text)).toEqual([0, '']);
  });
});
