// A screen that is drawn anew every two seconds until q or Ctrl-C; where there is no terminal, text after text.
import type { Paint } from './text.ts';

export interface Screen {
  /** A terminal: the text is cut to it and drawn in place. */
  readonly terminal: boolean;
  size(): { readonly rows: number; readonly columns: number };
  write(text: string): void;
  /** Calls for each key or signal that ends the watching, and once more for nothing: the screen was resized. */
  listen(on: { readonly end: () => void; readonly resize: () => void }): () => void;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  readonly paint?: Paint;
}

export const redrawEveryMs = 2000;

/** Resolves when it was ended. A failing `draw` ends it, after the terminal was put back, with its error. */
export const watchScreen = async (screen: Screen, draw: () => Promise<string>): Promise<void> => {
  const ended = new AbortController();
  let text = '';
  const show = (): void => screen.write(screen.terminal ? frame(text, screen.size()) : text);
  const stopListening = screen.listen({
    end: () => ended.abort(),
    resize: () => screen.terminal && show(),
  });
  if (screen.terminal) screen.write(enter);
  try {
    while (!ended.signal.aborted) {
      text = await draw();
      if (ended.signal.aborted) break;
      show();
      await screen.wait(redrawEveryMs, ended.signal);
    }
  } finally {
    if (screen.terminal) screen.write(leave);
    stopListening();
  }
};

// The other screen, no cursor, no wrapping: what stood in the terminal comes back at the end.
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Drawn over the old frame line by line, so that nothing flickers. */
const frame = (text: string, { rows }: { readonly rows: number }): string => {
  const lines = text.split('\n').slice(0, -1);
  const room = Math.max(1, rows - 1);
  const shown =
    lines.length > room ? [...lines.slice(0, room - 1), `... ${lines.length - room + 1} more lines`] : lines;
  return `\x1b[H${shown.map((line) => `${line}\x1b[K\r\n`).join('')}\x1b[J\x1b[2m q ends\x1b[0m`;
};
