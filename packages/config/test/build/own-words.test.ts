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

describeWith(needs('keepalived'), 'keepalived', () => {
  test('finds nothing wrong with the same file', () => {
    expect(keepalivedTest(text)).toEqual([0, '']);
  });
});
