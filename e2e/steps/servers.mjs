// The real servers of the step scenarios, all in one process: each line on standard input opens, changes or closes one.
//
//     tcp 10.0.0.1 80 {}                     accepts connections
//     http 10.0.0.1 80 {"/a":"200:hello"}    status and body by path; 200 and "ok" for the others; https: the same over TLS
//     smtp 10.0.0.1 25 {"greeting":"220","helo":"250"}
//     dns 10.0.0.1 53 {"rcode":"0","answers":"1"}
//     udp 10.0.0.1 53 {"reply":"text"}       without reply: silent
//     gone tcp 10.0.0.1 80                   nobody listens any more
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { createInterface } from 'node:readline';

const [, , keyFile = '', certificateFile = ''] = process.argv;
const open = new Map();

const answerHttp = (server) => (request, response) => {
  const [, status = '200', body = 'ok'] = /^(\d+)(?::(.*))?$/.exec(server.settings[request.url] ?? '') ?? [];
  // What was asked of which host is part of the answer when the scenario says so.
  const text = body === 'host' ? String(request.headers.host) : body;
  // With its length: of a body in chunks keepalived 2.2.7 hashes the chunks' framing as well.
  const length = status === '204' ? {} : { 'content-length': Buffer.byteLength(text) };
  response.writeHead(Number(status), { connection: 'close', 'content-type': 'text/plain', ...length });
  response.end(text);
};

const answerSmtp = (server) => (socket) => {
  socket.on('error', () => undefined);
  socket.write(`${server.settings.greeting ?? '220'} mail\r\n`);
  createInterface({ input: socket }).on('line', (line) => {
    if (/^helo/i.test(line)) socket.write(`${server.settings.helo ?? '250'} mail\r\n`);
    else if (/^quit/i.test(line)) socket.end('221 bye\r\n');
  });
};

const answerDns = (server, socket) => (query, from) => {
  const { rcode = '0', answers = '1' } = server.settings;
  const question = query.subarray(12);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | Number(rcode), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(Number(answers), 6);
  const all = [header, question, ...Array.from({ length: Number(answers) }, () => record)];
  socket.send(Buffer.concat(all), from.port, from.address);
};

const listenTcp = (make) => async (address, port, server) => {
  const listener = make(server);
  const connections = new Set();
  listener.on('connection', (socket) => {
    socket.on('error', () => undefined);
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: address, port }, resolve);
  });
  return async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => listener.close(resolve));
  };
};

const listenUdp = (answer) => async (address, port, server) => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  socket.on('message', answer(server, socket));
  await new Promise((resolve) => socket.bind(port, address, resolve));
  return () => new Promise((resolve) => socket.close(resolve));
};

const tls = () => ({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) });
const kinds = {
  tcp: listenTcp(() => createTcp((socket) => socket.on('end', () => socket.end()).resume())),
  http: listenTcp((server) => createHttp(answerHttp(server))),
  https: listenTcp((server) => createHttps(tls(), answerHttp(server))),
  smtp: listenTcp((server) => createTcp(answerSmtp(server))),
  dns: listenUdp(answerDns),
  udp: listenUdp((server, socket) => (_, from) => {
    if (server.settings.reply !== undefined) socket.send(server.settings.reply, from.port, from.address);
  }),
};

const perform = async (line) => {
  const [word, ...rest] = line.split(' ');
  if (word === 'gone') {
    const id = rest.join(' ');
    await open.get(id)?.close();
    open.delete(id);
    return;
  }
  const [address, port, settings] = rest;
  const id = `${word} ${address} ${port}`;
  const known = open.get(id);
  if (known !== undefined) {
    known.settings = JSON.parse(settings);
    return;
  }
  const server = { settings: JSON.parse(settings), close: async () => undefined };
  server.close = await kinds[word](address, Number(port), server);
  open.set(id, server);
};

let last = Promise.resolve();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [number, ...words] = line.split(' ');
    last = last
      .then(() => perform(words.join(' ')))
      .then(
        () => console.log(`done ${number}.`),
        (error) => console.log(`failed ${number}. ${line}: ${error.message}`),
      );
  })
  // The test that started it has gone.
  .on('close', () => process.exit(0));
console.log('ready');
