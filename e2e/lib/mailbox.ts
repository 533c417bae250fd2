// A mail relay inside a host of a topology, and what came to it.
import { fileURLToPath } from 'node:url';
import type { Netns } from '@vipward/testkit';

const relay = fileURLToPath(new URL('../fixtures/relay.mjs', import.meta.url));

export interface Mailbox {
  /** All that the relay said, for those who wait for something. */
  log(): string;
  /** Each mail as one line without its date; sorted, since they go over connections of their own. */
  mails(): readonly string[];
  stop(): Promise<void>;
}

/** Listens at 127.0.0.1, port 2525, of the host. */
export const openMailbox = async (host: Netns): Promise<Mailbox> => {
  const process = host.spawn(globalThis.process.execPath, [relay, '127.0.0.1', '2525']);
  await process.waitFor('relay listens');
  return {
    log: () => process.log(),
    mails: () =>
      process
        .log()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => line.replace(/Date: [^\\]*/, 'Date: DATE'))
        .sort(),
    async stop() {
      await process.stop();
    },
  };
};
