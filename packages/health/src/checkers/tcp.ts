// TCP_CHECK: the server is up when it accepts a connection.
import type { CheckerCommon, TcpCheck } from '@vipward/config';
import { dialTcp, sockaddrIn, sockaddrIn6 } from '@vipward/sockets';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { stopped } from './connect.ts';
import { descriptorOptions, openFailure } from './descriptor.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { isLinkLocal, scopeOf } from './scope.ts';

/**
 * Connects and closes at once, without a stream in between: ten thousand servers are asked every few seconds. The close does
 * not linger: the kernel sends the FIN by itself. keepalived 2.2.7 waits for its acknowledgement with the whole process
 * asleep, which limits a thousand checks to 100 a second.
 */
export const checkTcp = (
  checker: TcpCheck,
  { clock, signal, began = clock.now() }: CheckContext,
): Promise<CheckResult> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve(stopped);
      return;
    }
    const settle = (result: CheckResult): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    let hangUp: () => void;
    try {
      hangUp = dialTcp(descriptorOptions(checker), addressOf(checker), (error) =>
        settle(error === undefined ? passed : failureOf(error)),
      );
    } catch (error) {
      resolve(openFailure(error));
      return;
    }
    const giveUp = (result: CheckResult): void => {
      hangUp();
      settle(result);
    };
    const onAbort = (): void => giveUp(stopped);
    const { connectTimeout } = checker;
    const cancelTimeout = giveUpAt(clock, began + connectTimeout, () =>
      giveUp(failure('connect-timeout', `no connection within ${connectTimeout / 1000} s`)),
    );
    signal.addEventListener('abort', onAbort);
  });

const passed: CheckResult = { ok: true };

const addressOf = ({ connectIp, connectPort, bindIf }: CheckerCommon): Uint8Array =>
  connectIp.family === 4
    ? sockaddrIn(connectIp.bytes, connectPort)
    : sockaddrIn6(connectIp.bytes, connectPort, isLinkLocal(connectIp) ? scopeOf(bindIf) : 0);
