// Workers that own busy sockets end in every way there is; the process must live on and end by itself.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { boundUdp } from './udp.ts';

const ways = ['terminate', 'exit', 'exit in callback', 'throw in callback', 'natural end', 'idle socket'];

if (isMainThread) {
  for (let round = 0; round < 3; round++) {
    await Promise.all(ways.map(runWorker));
  }
  console.log('the process lives');
} else {
  beWorker(String(workerData));
}

async function runWorker(way: string): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: way });
  worker.on('error', (error) => {
    if (error instanceof Error && error.message !== 'meant') throw error;
  });
  // Not events.once, which would reject at 'error'.
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  if (way === 'terminate') {
    await once(worker, 'message');
    await worker.terminate();
  }
  await ended;
}

function beWorker(way: string): void {
  const socket = boundUdp();
  const closedBefore = boundUdp();
  closedBefore.listen({ onDatagram() {}, onError() {} });
  closedBefore.close();
  if (way === 'idle socket') return;
  const self = socket.localAddress();
  let count = 0;
  socket.listen({
    onDatagram() {
      count++;
      socket.send([new Uint8Array(100)], self);
      if (count !== 1000) return;
      parentPort?.postMessage('busy');
      if (way === 'exit in callback') process.exit(0);
      if (way === 'throw in callback') throw new Error('meant');
      if (way === 'exit') setImmediate(() => process.exit(0));
      if (way === 'natural end') socket.close();
    },
    onError(error) {
      throw error;
    },
  });
  socket.send([new Uint8Array(100)], self);
}
