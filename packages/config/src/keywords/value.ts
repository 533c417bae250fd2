// The values that arguments become: one kind for each kind of grammar that is looked into.
import type { IpAddress, IpFamily } from '../address.ts';
import type { Forwarding, Script, ScriptUser, VirtualServerTarget } from '../model.ts';

export type Value =
  | { readonly kind: 'flag' }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Times are milliseconds. `option` is the word after the number, such as `reverse`. */
  | { readonly kind: 'number'; readonly value: number; readonly option?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ip'; readonly address: IpAddress }
  /** `port` is 0 when none was written. */
  | { readonly kind: 'ip-port'; readonly address: IpAddress; readonly port: number }
  | { readonly kind: 'host-port'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'service';
      readonly target: VirtualServerTarget | { readonly kind: 'group'; readonly name: string };
    }
  | { readonly kind: 'forwarding'; readonly forwarding: Forwarding }
  | { readonly kind: 'persistence-mask'; readonly family: IpFamily; readonly mask: number }
  | { readonly kind: 'status-codes'; readonly ranges: readonly { readonly from: number; readonly to: number }[] }
  | { readonly kind: 'account'; readonly account: ScriptUser }
  | { readonly kind: 'script'; readonly script: Script }
  | { readonly kind: 'words'; readonly words: readonly string[] };
