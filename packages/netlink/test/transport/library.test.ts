// The three ways in which the npm library aborts its process, each in a child, behind our wrapper: no child may abort.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const preamble = `
  const { Channel } = await import('./src/transport/channel.ts');
  const { openLibraryTransport } = await import('./src/transport/library.ts');
  const { ask } = await import('./src/transport/request.ts');
  const { writeGenericHeader, controlTable, decodeFamilyId } = await import('./src/codec/generic.ts');
  const { writeAttributes } = await import('./src/codec/attribute.ts');
  const { systemClock } = await import('@vipward/sockets');
  const channelOf = (open) => new Channel({ protocol: 16, open, clock: systemClock, timeout: 20_000 });
  const familyRequest = {
    type: 0x10, flags: 0, operation: () => 'find nlctrl',
    payload(w) { writeGenericHeader(w, 3, 1); writeAttributes(w, controlTable, { familyName: 'nlctrl' }); },
  };
  const findFamily = (channel) => ask(channel, familyRequest, ({ payload }) => decodeFamilyId(payload));
`;

const runChild = (script: string): { status: number | null; signal: string | null; stdout: string; stderr: string } => {
  const packageRoot = new URL('../..', import.meta.url).pathname;
  const args = ['--no-warnings', '--input-type=module', '-e', preamble + script];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { cwd: packageRoot, encoding: 'utf8' });
  return { status, signal, stdout, stderr };
};

describe('over the npm library', () => {
  test('five thousand requests at once overrun nothing', () => {
    const child = runChild(`
      const channel = channelOf(openLibraryTransport);
      const found = await Promise.all(Array.from({ length: 5000 }, () => findFamily(channel)));
      console.log(found.length, new Set(found.flat()).size);
      channel.close();
    `);
    expect(child).toMatchObject({ status: 0, signal: null, stdout: '5000 1\n' });
  }, 60_000);

  test('an exception in a listener is an ordinary uncaught exception, and what comes after it is still delivered', () => {
    const child = runChild(`
      const seen = [];
      process.on('uncaughtException', (error) => seen.push(error.message));
      let datagrams = 0;
      const transport = await openLibraryTransport(16, {
        onDatagram() { datagrams++; throw new Error('thrown by the listener'); },
        onOverrun() {}, onFailure() {},
      });
      const { packetOf, seal } = await import('./src/transport/packet.ts');
      for (const first of [1, 2, 3]) transport.send([seal(packetOf(familyRequest), first, false)]);
      setTimeout(() => { console.log(datagrams, new Set(seen).size, seen.length); transport.close(); }, 300);
    `);
    // A reply and an ACK to each.
    expect(child).toMatchObject({ status: 0, signal: null, stdout: '6 1 6\n' });
  }, 60_000);

  test('an exception in a decoder rejects its request, and the next one works', () => {
    const child = runChild(`
      const channel = channelOf(openLibraryTransport);
      const failing = ask(channel, familyRequest, () => { throw new Error('no sense'); });
      console.log(await failing.catch((error) => error.code), (await findFamily(channel)).length);
      channel.close();
    `);
    expect(child).toMatchObject({ status: 0, signal: null, stdout: 'NETLINK_DECODE 1\n' });
  }, 60_000);

  test('a worker is refused the library, and its end leaves the process alive', () => {
    const child = runChild(`
      const { Worker } = await import('node:worker_threads');
      const worker = new Worker(
        \`import { parentPort } from 'node:worker_threads';
         const { openLibraryTransport } = await import(\${JSON.stringify(new URL('./src/transport/library.ts', 'file://' + process.cwd() + '/').href)});
         const said = await openLibraryTransport(16, {}).then(() => 'opened', (error) => error.code);
         setInterval(() => undefined, 1000);
         parentPort.postMessage(said);\`,
        { eval: true, execArgv: ['--input-type=module'] },
      );
      console.log(await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)));
      console.log(await worker.terminate());
    `);
    expect(child).toMatchObject({ status: 0, signal: null, stdout: 'NETLINK_UNAVAILABLE\n1\n' });
  }, 60_000);

  test('close() ends what is under way, and the process can end', () => {
    const child = runChild(`
      const channel = channelOf(openLibraryTransport);
      await findFamily(channel);
      const pending = Promise.allSettled([findFamily(channel), findFamily(channel)]);
      channel.close();
      console.log((await pending).map(({ reason }) => reason.code).join(' '));
    `);
    expect(child).toMatchObject({ status: 0, signal: null, stdout: 'NETLINK_CLOSED NETLINK_CLOSED\n' });
  }, 60_000);
});

describe('over our addon', () => {
  test('five thousand requests at once and an exception in a decoder do no harm', () => {
    const child = runChild(`
      const { openNativeTransport } = await import('./src/transport/native.ts');
      const channel = channelOf(openNativeTransport);
      const found = await Promise.all(Array.from({ length: 5000 }, () => findFamily(channel)));
      const failing = ask(channel, familyRequest, () => { throw new Error('no sense'); });
      console.log(found.length, await failing.catch((error) => error.code), (await findFamily(channel)).length);
      channel.close();
    `);
    expect(child).toMatchObject({ status: 0, signal: null, stdout: '5000 NETLINK_DECODE 1\n' });
  }, 60_000);
});
