// TCP_CHECK: the server is up when it accepts a connection.
import type { TcpCheck } from '@vipward/config';
import type { CheckResult } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';

/**
 * Connects and closes at once. The close does not linger: the kernel sends the FIN by itself. keepalived 2.2.7 waits for
 * its acknowledgement with the whole process asleep, which limits a thousand checks to 100 a second.
 */
export const checkTcp = async (checker: TcpCheck, context: CheckContext): Promise<CheckResult> => {
  const connected = await connect(checker, context);
  if (!connected.ok) return connected;
  connected.socket.destroy();
  return { ok: true };
};
