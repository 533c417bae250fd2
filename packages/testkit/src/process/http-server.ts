// Small web servers for tests, each a process of its own that can live in a namespace.
import { fileURLToPath } from 'node:url';
import type { Netns } from '../netns/netns.ts';
import { type Logged, spawnLogged } from './logged.ts';

/** ok: status 200 and the server's name; a number: that status; silent: takes the request and never answers. */
export type HttpMode = 'ok' | 'silent' | number;

export interface HttpServer extends AsyncDisposable {
  readonly process: Logged;
  /** The port it listens on, also when 0 was asked for. */
  readonly port: number;
  /** Resolves when the new mode is in force. */
  setMode(mode: HttpMode): Promise<void>;
  /** How many requests it saw. */
  requests(): number;
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly mode?: HttpMode;
  /** The namespace it runs in; the test's own when left out. */
  readonly netns?: Netns;
}

/** Starts the server and waits until it listens. */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { name, address, port, mode = 'ok', netns } = options;
  const words = [script, name, address, String(port), String(mode)];
  const server = (netns?.spawn ?? spawnLogged)(process.execPath, words);
  const listening = await server.waitFor(/listening \S*:(\d+)/, { timeout: 30_000 });
  return {
    process: server,
    port: Number(listening.slice(listening.lastIndexOf(':') + 1)),
    async setMode(next) {
      const from = server.log().length;
      server.write(String(next));
      await server.waitFor(`mode ${next}\n`, { from });
    },
    requests: () => server.log().match(/^request /gm)?.length ?? 0,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
};

const script = fileURLToPath(new URL('./http-fixture.mjs', import.meta.url));
