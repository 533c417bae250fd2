// Log lines to /dev/log as unix datagrams. A missing or full syslog costs nothing but the line.
import { AF_UNIX, type NativeSocket, openSocket, SOCK_DGRAM, sockaddrUn } from '@vipward/sockets';
import { type LogSink, type Severity, syslogStamp } from './logger.ts';

const severityNumber: Record<Severity, number> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };
const facilities: ReadonlyMap<string, number> = new Map([
  ['user', 1],
  ['daemon', 3],
  ...Array.from({ length: 8 }, (_, i): [string, number] => [`local${i}`, 16 + i]),
  ...Array.from({ length: 8 }, (_, i): [string, number] => [String(i), 16 + i]),
]);

/** The number of a facility name or local digit; undefined when there is none such. */
export const facilityNumber = (name: string): number | undefined => facilities.get(name);

/** `<PRI>STAMP IDENT[PID]: text`, RFC 3164. */
export const syslogLine = (fields: {
  readonly facility: number;
  readonly severity: Severity;
  readonly ident: string;
  readonly pid: number;
  readonly at: Date;
  readonly text: string;
}): string =>
  `<${fields.facility * 8 + severityNumber[fields.severity]}>${syslogStamp(fields.at)} ${fields.ident}[${fields.pid}]: ${fields.text}`;

// Without a listener every line would cost a failed connect, so after a failure it is quiet for this long.
const quietAfterFailureMs = 5000;

/** A sink that sends to `path`; reconnects after a syslog restart. */
export const syslogSink = (options: {
  readonly path?: string;
  readonly facility: number;
  readonly ident: string;
  readonly pid: number;
  readonly wallClock: () => Date;
}): LogSink => {
  const { path = '/dev/log', facility, ident, pid, wallClock } = options;
  let socket: NativeSocket | undefined;
  let quietUntil = 0;
  const connected = (): NativeSocket => {
    if (socket !== undefined) return socket;
    const fresh = openSocket(AF_UNIX, SOCK_DGRAM, 0);
    try {
      fresh.connect(sockaddrUn(path));
    } catch (error) {
      fresh.close();
      throw error;
    }
    socket = fresh;
    return fresh;
  };
  return {
    write(severity, text) {
      const at = wallClock();
      if (at.getTime() < quietUntil) return;
      const bytes = Buffer.from(syslogLine({ facility, severity, ident, pid, at, text }));
      try {
        connected().send([bytes]);
      } catch {
        socket?.close();
        socket = undefined;
        try {
          connected().send([bytes]);
        } catch {
          quietUntil = at.getTime() + quietAfterFailureMs;
        }
      }
    },
  };
};
