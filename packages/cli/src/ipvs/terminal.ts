// The real terminal: raw keys, signals, size and colours.
import { styleText } from 'node:util';
import type { Screen } from './watch.ts';

export const systemScreen = (): Screen => {
  const { stdin, stdout } = process;
  const terminal = stdout.isTTY === true;
  return {
    terminal,
    size: () => ({ rows: stdout.rows ?? 24, columns: stdout.columns ?? 80 }),
    write: (text) => void stdout.write(text),
    listen({ end, resize }) {
      const keys = stdin.isTTY === true && terminal;
      const onKey = (key: Buffer): void => {
        // Ctrl-C comes as a byte while the terminal is raw.
        if (['q', 'Q', '\x03', '\x04'].includes(key.toString('latin1'))) end();
      };
      if (keys) {
        stdin.setRawMode(true);
        stdin.on('data', onKey);
        stdin.resume();
      }
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, end);
      // Whoever reads us has gone.
      stdout.on('error', end);
      stdout.on('resize', resize);
      return () => {
        for (const signal of signals) process.off(signal, end);
        stdout.off('resize', resize);
        if (!keys) return;
        stdin.setRawMode(false);
        stdin.off('data', onKey);
        stdin.pause();
      };
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
      }),
    ...(terminal
      ? { paint: { heading: (text: string) => styleText('bold', text), bad: (text: string) => styleText('red', text) } }
      : {}),
  };
};
