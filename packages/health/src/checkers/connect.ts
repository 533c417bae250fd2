// Connects to what a checker names: source address, mark and interface included, within connect_timeout.
import type { Socket } from 'node:net';
import type { CheckerCommon } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { openSocket } from './descriptor.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { isLinkLocal } from './scope.ts';

/** `warning`: what should be told although all went well. */
export type Connected = { readonly ok: true; readonly socket: Socket; readonly warning?: string } | CheckFailure;

/** A connected socket that the caller must destroy, or why there is none. */
export const connect = (target: CheckerCommon, { clock, signal }: CheckContext): Promise<Connected> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve(stopped);
      return;
    }
    const opened = openSocket(target);
    if (!opened.ok) {
      resolve(opened);
      return;
    }
    const { socket } = opened;
    let settled = false;
    const settle = (outcome: Connected): void => {
      if (settled) return;
      settled = true;
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      if (!outcome.ok) socket.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => settle(stopped);
    const cancelTimeout = giveUpAt(clock, clock.now() + target.connectTimeout, () =>
      settle(failure('connect-timeout', `no connection within ${target.connectTimeout / 1000} s`)),
    );
    signal.addEventListener('abort', onAbort);
    // The listener stays for the socket's life: an error after the connection must never be an uncaught one.
    socket.on('error', (error) => settle(failureOf(error)));
    socket.once('connect', () => settle({ ok: true, socket }));
    socket.connect({ host: hostText(target), port: target.connectPort });
  });

export const stopped: CheckFailure = failure('local', 'stopped');

/** A link-local IPv6 address means nothing without its interface. */
const hostText = ({ connectIp, bindIf }: CheckerCommon): string =>
  isLinkLocal(connectIp) && bindIf !== undefined ? `${formatIp(connectIp)}%${bindIf}` : formatIp(connectIp);
