// The daemon's log: lines to stderr (-l) and to syslog, each process under its own name.

/** Syslog severities, RFC 5424 section 6.2.1. */
export type Severity = 'error' | 'warning' | 'notice' | 'info' | 'debug';

export interface LogSink {
  write(severity: Severity, text: string): void;
}

export interface Logger {
  error(text: string): void;
  warning(text: string): void;
  notice(text: string): void;
  info(text: string): void;
  /** Shown with -D only. */
  detail(text: string): void;
}

/** A logger that hands every line to every sink; a sink must not throw. */
export const createLogger = (sinks: readonly LogSink[], options: { readonly detail: boolean }): Logger => {
  const write = (severity: Severity, text: string): void => {
    for (const line of text.split('\n')) for (const sink of sinks) sink.write(severity, line);
  };
  return {
    error: (text) => write('error', text),
    warning: (text) => write('warning', text),
    notice: (text) => write('notice', text),
    info: (text) => write('info', text),
    detail: (text) => {
      if (options.detail) write('info', text);
    },
  };
};

/** `Sun Nov 22 14:24:03 2026: text`, as keepalived -l prints: ctime(3) without its line end. */
export const stderrSink = (stream: { write(text: string): unknown }, wallClock: () => Date): LogSink => ({
  write: (_severity, text) => void stream.write(`${ctime(wallClock())}: ${text}\n`),
});

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const ctime = (date: Date): string => `${days[date.getDay()]} ${syslogStamp(date)} ${date.getFullYear()}`;

/** `Nov  2 14:24:03`: RFC 3164 section 4.1.2, local time. */
export const syslogStamp = (date: Date): string => {
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${months[date.getMonth()]} ${String(date.getDate()).padStart(2, ' ')} ${time}`;
};
