// What a command line means once it is understood.
import type { IpvsOperation, IpvsTimeouts, ServiceKey, SyncDaemon } from '@vipward/netlink';

export type TableForm = 'plain' | 'stats' | 'rate' | 'thresholds' | 'persistent-conn' | 'tun-info';

export type Command =
  | { readonly kind: 'change'; readonly operation: IpvsOperation }
  | {
      readonly kind: 'list';
      readonly service?: ServiceKey;
      readonly form: TableForm;
      readonly numeric: boolean;
      readonly exact: boolean;
      readonly sorted: boolean;
    }
  | { readonly kind: 'list-connections'; readonly numeric: boolean; readonly engineData: boolean }
  | { readonly kind: 'list-timeouts' }
  | { readonly kind: 'list-daemons' }
  | { readonly kind: 'save'; readonly numeric: boolean }
  | { readonly kind: 'restore' }
  | { readonly kind: 'set-timeouts'; readonly timeouts: IpvsTimeouts }
  | { readonly kind: 'start-daemon'; readonly daemon: SyncDaemon }
  | { readonly kind: 'stop-daemon'; readonly daemon: SyncDaemon['kind'] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };
