// Servers on 127.0.0.1 that behave as badly as a test wants, and addresses where nobody answers.
import { spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '@vipward/sockets';
import type { CheckContext } from '../../src/checkers/check.ts';
import { ip } from '../fixture.ts';

export interface Peer extends AsyncDisposable {
  readonly connectIp: ReturnType<typeof ip>;
  readonly connectPort: number;
  /** What each connection has sent so far, as text. */
  readonly requests: readonly string[];
  readonly connections: number;
}

/** Listens on a free port; `talk` gets every connection after its first bytes (or at once with `eager`). */
export const listen = async (talk: (socket: Socket) => void, options: { eager?: boolean } = {}): Promise<Peer> => {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const place = requests.push('') - 1;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      requests[place] += chunk.toString('latin1');
      if (requests[place]?.endsWith('\r\n\r\n') && !options.eager) talk(socket);
    });
    if (options.eager) talk(socket);
  });
  return started(server, requests, sockets);
};

export const started = async (server: Server, requests: string[], sockets: Set<Socket>): Promise<Peer> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    connectIp: ip('127.0.0.1'),
    connectPort: address.port,
    requests,
    get connections() {
      return requests.length;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A port that refuses: it was free a moment ago. */
export const refusing = async (): Promise<Pick<Peer, 'connectIp' | 'connectPort'>> => {
  await using peer = await listen(() => {});
  return { connectIp: peer.connectIp, connectPort: peer.connectPort };
};

// Node accepts every connection, so the listener that never does is another program's.
const neverAccept = `use Socket; $| = 1;
socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(0, INADDR_LOOPBACK)) && listen(S, 0) or die $!;
print +(sockaddr_in(getsockname(S)))[0], "\\n"; sleep 600`;

/** A port whose backlog is full: the kernel drops every further SYN. */
export const blackHole = async (): Promise<Pick<Peer, 'connectIp' | 'connectPort'> & AsyncDisposable> => {
  const listener = spawn('perl', ['-e', neverAccept], { stdio: ['ignore', 'pipe', 'inherit'] });
  const connectPort = await new Promise<number>((resolve) =>
    listener.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
  );
  const fillers = [1, 2].map(() => connect(connectPort, '127.0.0.1').on('error', () => {}));
  await new Promise<void>((resolve) => fillers[0]?.once('connect', resolve));
  return {
    connectIp: ip('127.0.0.1'),
    connectPort,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      const ended = new Promise((resolve) => listener.once('exit', resolve));
      listener.kill();
      await ended;
    },
  };
};

export const context = (signal: AbortSignal = new AbortController().signal): CheckContext => ({
  clock: systemClock,
  signal,
});

export const reply = (status: string, body = '', headers = `Content-Length: ${body.length}\r\n`): string =>
  `HTTP/1.1 ${status}\r\n${headers}\r\n${body}`;
