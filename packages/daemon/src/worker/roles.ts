// Which worker this process is; each loads only what it needs.
import { exitStatus } from '../exit.ts';
import { outliveReader } from '../log/stderr.ts';

/** The process that the supervisor started as `worker ROLE`; resolves with its exit status. */
export const runWorker = async (role: string): Promise<number> => {
  outliveReader();
  const { runWorkerProcess } = await import('./run.ts');
  switch (role) {
    case 'vrrp':
      return runWorkerProcess('Keepalived_vrrp', (await import('./vrrp.ts')).startVrrpWorker);
    case 'checker':
      return runWorkerProcess('Keepalived_healthcheckers', (await import('./checker.ts')).startChecker);
    case 'bfd':
      return runWorkerProcess('Keepalived_bfd', (await import('./bfd.ts')).startBfdWorker);
    default:
      process.stderr.write(`vipward: there is no worker called '${role}'\n`);
      return exitStatus.fatal;
  }
};
