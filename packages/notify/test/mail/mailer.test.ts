// Mails of one object go out in order, over a real connection; what a relay refuses is said.
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createMailer, type MailSettings, sendOver } from '../../src/index.ts';

const settings: MailSettings = {
  routerId: 'R1',
  from: 'ka@example.org',
  to: ['Ops <ops@example.com>', 'b@example.com'],
};
const mail = (subject: string) => ({ subject, body: 'text' });
const makeMailer = (send: Parameters<typeof createMailer>[0]['send']) => {
  const said: string[] = [];
  const log = { warning: (text: string) => void said.push(text), info: (text: string) => void said.push(text) };
  return { said, mailer: createMailer({ send, log, wallClock: () => new Date(0) }) };
};

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A relay on loopback that keeps what it hears. */
const startRelay = async ({ refuse = false } = {}) => {
  const heard: string[] = [];
  server = createServer((socket) => {
    socket.write('220 relay\r\n');
    let inData = false;
    let rest = '';
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        heard.push(line);
        if (inData) {
          if (line === '.') {
            inData = false;
            socket.write('250 taken\r\n');
          }
        } else if (line === 'DATA') {
          inData = true;
          socket.write('354 go on\r\n');
        } else if (refuse && line.startsWith('RCPT')) socket.write('550 unknown here\r\n');
        else socket.write('250 fine\r\n');
      }
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { heard, relay: { host: '127.0.0.1', port: address.port, heloName: 'director-a', connectTimeout: 5000 } };
};

test('a relay hears HELO name, bare addresses and the message as it is', async () => {
  const { heard, relay } = await startRelay();
  const { mailer, said } = makeMailer(sendOver(() => relay));
  mailer.send('INSTANCE VI_1', mail('one'), settings);
  await mailer.idle();
  expect(said).toEqual([]);
  expect(heard).toEqual([
    'EHLO director-a',
    'MAIL FROM:<ka@example.org>',
    'RCPT TO:<ops@example.com>',
    'RCPT TO:<b@example.com>',
    'DATA',
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
    'From: ka@example.org',
    'Subject: [R1] one',
    'X-Mailer: Keepalived',
    'To: Ops <ops@example.com>, b@example.com',
    '',
    '=> text <=',
    '',
    '.',
  ]);
});

test('a relay that refuses every recipient is said with its words, and the next mail is tried', async () => {
  const { relay } = await startRelay({ refuse: true });
  const { mailer, said } = makeMailer(sendOver(() => relay));
  mailer.send('x', mail('one'), settings);
  mailer.send('x', mail('two'), settings);
  await mailer.idle();
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^Mail "one" could not be sent: .*550 unknown here/s);
});

test('mails of one object keep their order, those of others do not wait for them', async () => {
  const sent: string[] = [];
  const releases: (() => void)[] = [];
  const { mailer } = makeMailer((text) => {
    sent.push(/Subject: \[R1\] (.*)/.exec(text)?.[1]?.trim() ?? '');
    return new Promise((resolve) => void releases.push(resolve));
  });
  mailer.send('a', mail('a1'), settings);
  mailer.send('a', mail('a2'), settings);
  mailer.send('b', mail('b1'), settings);
  expect(sent).toEqual(['a1', 'b1']);
  releases[0]?.();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(sent).toEqual(['a1', 'b1', 'a2']);
});

test('behind a relay that hangs, mails are dropped and not heaped up', () => {
  const { mailer, said } = makeMailer(() => new Promise(() => {}));
  for (let i = 0; i < 70; i += 1) mailer.send('a', mail(`m${i}`), settings);
  expect(said).toHaveLength(5);
  expect(said[0]).toBe('Mail "m1" was dropped: 64 wait for the one before');
});
