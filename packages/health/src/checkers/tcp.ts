// TCP_CHECK: the server is up when it accepts a connection.
import type { TcpCheck } from '@vipward/config';
import { dialTcp } from '@vipward/sockets';
import type { CheckResult, CheckSuccess } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { dial } from './dial.ts';

/**
 * Connects and closes at once, without a stream in between: ten thousand servers are asked every few seconds. The close does
 * not linger: the kernel sends the FIN by itself. keepalived 2.2.7 waits for its acknowledgement with the whole process
 * asleep, which limits a thousand checks to 100 a second.
 */
export const checkTcp = (checker: TcpCheck, context: CheckContext): Promise<CheckResult> =>
  dial<CheckSuccess>(checker, context, (options, address, done) =>
    dialTcp(options, address, (error) => done(error ?? passed)),
  );

const passed: CheckSuccess = { ok: true };
