// One attempt to connect: within connect_timeout, and until nobody wants it any more. Nothing but a descriptor is held.
import type { CheckerCommon } from '@vipward/config';
import type { Cancel, SocketError, TcpDescriptorOptions } from '@vipward/sockets';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { addressOf, descriptorOptions, openFailure } from './descriptor.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';

/** `begin` is dialTcp() or its like, and decides what becomes of a connection that stands. */
export const dial = <T extends { readonly ok: true }>(
  target: CheckerCommon,
  { clock, signal, began = clock.now() }: CheckContext,
  begin: (options: TcpDescriptorOptions, address: Uint8Array, done: (outcome: T | SocketError) => void) => Cancel,
): Promise<T | CheckFailure> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve(stopped);
      return;
    }
    const settle = (result: T | CheckFailure): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    let hangUp: Cancel;
    try {
      hangUp = begin(descriptorOptions(target), addressOf(target), (outcome) =>
        settle('ok' in outcome ? outcome : failureOf(outcome)),
      );
    } catch (error) {
      resolve(openFailure(error));
      return;
    }
    const giveUp = (why: CheckFailure): void => {
      hangUp();
      settle(why);
    };
    const onAbort = (): void => giveUp(stopped);
    const { connectTimeout } = target;
    const cancelTimeout = giveUpAt(clock, began + connectTimeout, () =>
      giveUp(failure('connect-timeout', `no connection within ${connectTimeout / 1000} s`)),
    );
    signal.addEventListener('abort', onAbort);
  });

export const stopped: CheckFailure = failure('local', 'stopped');
