// A real server for tests: answers its name, or 502, or accepts and stays silent. Lines on standard input change the mode.
import { createServer } from 'node:http';

const [, , name = 'server', address = '127.0.0.1', port = '80', firstMode = 'ok'] = process.argv;
let mode = firstMode;

const server = createServer((request, response) => {
  console.log(`request ${request.method} ${request.url} from ${request.socket.remoteAddress} mode ${mode}`);
  if (mode === 'silent') return;
  // Every request on a connection of its own, so that the scheduler decides about each.
  response.writeHead(mode === 'ok' ? 200 : Number(mode), { connection: 'close', 'content-type': 'text/plain' });
  response.end(`${mode === 'ok' ? name : `error ${mode}`}\n`);
});
server.keepAliveTimeout = 0;
server.listen({ host: address, port: Number(port) }, () =>
  console.log(`listening ${address}:${server.address().port}`),
);

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    mode = line;
    if (mode !== 'silent') server.closeAllConnections();
    console.log(`mode ${mode}`);
  }
});
// The test that started it has gone.
process.stdin.on('end', () => process.exit(0));
