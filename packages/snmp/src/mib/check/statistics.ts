// The columns of counters and rates that virtual and real servers have alike, each at its own places.
import type { Stats } from '@vipward/netlink';
import { counter, counter64, gauge } from '../../agentx/value.ts';
import type { Columns } from '../../view/object.ts';

/** The first column of each run; the columns of a run follow one another. */
export interface Places {
  readonly connections: number;
  /** In and out, packets of 32 bits and bytes of 64. */
  readonly traffic: number;
  /** Connections, packets in and out, bytes in and out, each a second. */
  readonly rates: number;
  /** Connections, packets in and out. */
  readonly wide: number;
  /** The rates, each in a lower and an upper half. */
  readonly wideRates: number;
}

export const statisticsColumns = <T>(places: Places, statsOf: (row: T) => Stats): Columns<T> => {
  const { connections, traffic, rates, wide, wideRates } = places;
  const perSecond = ['cps', 'inPps', 'outPps', 'inBps', 'outBps'] as const;
  return {
    // A gauge, though it only grows: so the MIB says.
    [connections]: (row) => gauge(statsOf(row).connections),
    [traffic]: (row) => counter(statsOf(row).inPackets),
    [traffic + 1]: (row) => counter(statsOf(row).outPackets),
    [traffic + 2]: (row) => counter64(statsOf(row).inBytes),
    [traffic + 3]: (row) => counter64(statsOf(row).outBytes),
    [wide]: (row) => counter64(statsOf(row).connections),
    [wide + 1]: (row) => counter64(statsOf(row).inPackets),
    [wide + 2]: (row) => counter64(statsOf(row).outPackets),
    ...Object.fromEntries(
      perSecond.flatMap((rate, i) => [
        [rates + i, (row: T) => gauge(statsOf(row)[rate])],
        [wideRates + 2 * i, (row: T) => gauge(statsOf(row)[rate])],
        [wideRates + 2 * i + 1, (row: T) => gauge(statsOf(row)[rate] >> 32n)],
      ]),
    ),
  };
};
