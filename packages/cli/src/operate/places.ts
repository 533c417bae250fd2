// Where a real server stands: every service of a running daemon that has it. Pure.
import type { DaemonStatus } from '@vipward/daemon/control';

export interface Place {
  readonly service: string;
  readonly server: string;
}

/** `asked` is `192.168.33.12`, with all of its ports, or `192.168.33.12:80`. */
export const placesOf = ({ services }: Pick<DaemonStatus, 'services'>, asked: string): readonly Place[] =>
  services.flatMap(({ service, realServers }) =>
    realServers
      .filter(({ server }) => server === asked || server.slice(0, server.lastIndexOf(':')) === asked)
      .map(({ server }) => ({ service, server })),
  );
