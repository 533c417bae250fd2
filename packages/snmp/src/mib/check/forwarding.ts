// How packets reach a real server, and through which tunnel.
import type { Forwarding } from '@vipward/config';
import { gauge, integer } from '../../agentx/value.ts';
import type { Columns } from '../../view/object.ts';

export const forwardingNumber = { NAT: 1, DR: 2, TUN: 3 } as const satisfies Record<Forwarding['kind'], number>;

/** Type, port and checksum stand in columns that follow one another. */
export const tunnelColumns = <T>(first: number, forwardingOf: (row: T) => Forwarding | undefined): Columns<T> => ({
  [first]: (row) => {
    const forwarding = forwardingOf(row);
    return forwarding?.kind === 'TUN' ? integer(tunnels[forwarding.tunnel]) : undefined;
  },
  [first + 1]: (row) => {
    const forwarding = forwardingOf(row);
    return forwarding?.kind === 'TUN' && forwarding.tunnel === 'gue' ? gauge(forwarding.port) : undefined;
  },
  [first + 2]: (row) => {
    const forwarding = forwardingOf(row);
    return forwarding?.kind === 'TUN' && forwarding.tunnel !== 'ipip'
      ? integer(checksums[forwarding.checksum])
      : undefined;
  },
});

const tunnels = { ipip: 1, gue: 2, gre: 3 } as const;
const checksums = { nocsum: 1, csum: 2, remcsum: 3 } as const;
