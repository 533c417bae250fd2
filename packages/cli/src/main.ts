// What is no script of its own in start.ts: picks the program by the name it was called by, and loads nothing else.
import { enableCompileCache } from 'node:module';
import { describeFault } from './fault.ts';

// Beside the bundle and not in the shared /tmp: a root daemon runs no code that others could have put there.
enableCompileCache(new URL('.compile-cache', import.meta.url).pathname);

const [calledAs = 'vipward', ...args] = process.argv.slice(2);

const run = async (): Promise<number> => {
  switch (calledAs) {
    case 'keepalived':
      return (await import('./keepalived.ts')).main('keepalived', args);
    case 'genhash':
      return (await import('./keepalived.ts')).main('keepalived', ['-T', ...args]);
    case 'worker':
      return (await import('./keepalived.ts')).worker(args);
    default:
      return subcommand();
  }
};

const subcommand = async (): Promise<number> => {
  const [name, ...rest] = args;
  switch (name) {
    case 'keepalived':
      return (await import('./keepalived.ts')).main('vipward', rest);
    case 'genhash':
      return (await import('./keepalived.ts')).main('vipward', ['-T', ...rest]);
    case 'realserver':
      return (await import('./realserver/main.ts')).main(rest);
    default:
      return (await import('./vipward.ts')).main(args);
  }
};

process.exitCode = await run().catch((error: unknown) => {
  process.stderr.write(describeFault(error));
  return 1;
});
