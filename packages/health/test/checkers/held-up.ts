// This process held up while others go on: servers of their own processes, and a clock that stands still at a deadline.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@vipward/sockets';
import type { CheckContext } from '../../src/checkers/check.ts';
import { ip } from '../fixture.ts';

/** Attempts whose deadline passes while nothing is read, however much of it there is. */
export const lateTimeout = 30;

/**
 * Once `nth` deadlines have been set, this process stands still until `happened` and until that deadline is long over: a timer
 * and an answer are then due in one turn of the event loop.
 */
export const heldUp = (nth: number, happened: () => boolean): CheckContext => {
  let deadlines = 0;
  const signal = new AbortController().signal;
  const at: typeof systemClock.at = (deadline, fn) => {
    deadlines += 1;
    if (deadlines === nth) {
      setImmediate(() => {
        while (!happened() || systemClock.now() < deadline + lateTimeout);
      });
    }
    return systemClock.at(deadline, fn);
  };
  return { clock: { now: systemClock.now, at }, signal };
};

/** Answers every datagram with itself as a DNS answer without an error. */
const echo = `use Socket; $| = 1;
socket(S, PF_INET, SOCK_DGRAM, 0) && bind(S, sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
print +(sockaddr_in(getsockname(S)))[0], "\\n";
while (defined(my $from = recv(S, my $text, 2048, 0))) {
  vec($text, 2, 8) |= 0x80; send(S, $text, 0, $from); open(F, '>', $ARGV[0]); close(F);
}`;

/** Greets every connection as a mail server and answers two lines. */
const mail = `use Socket; $| = 1;
socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(0, INADDR_LOOPBACK)) && listen(S, 9) or die $!;
print +(sockaddr_in(getsockname(S)))[0], "\\n";
while (accept(C, S)) {
  syswrite(C, "220 hi\\r\\n"); open(F, '>', $ARGV[0]); close(F);
  for (1, 2) { sysread(C, my $line, 512); syswrite(C, "250 ok\\r\\n") }
  close(C);
}`;

export interface OutsidePeer extends AsyncDisposable {
  readonly connectIp: ReturnType<typeof ip>;
  readonly connectPort: number;
  /** Whether it has answered somebody. */
  answered(): boolean;
}

/** A server that answers whether this process runs or not. */
export const outside = async (kind: 'echo' | 'mail'): Promise<OutsidePeer> => {
  const folder = mkdtempSync(join(tmpdir(), 'vipward-held-'));
  const answer = join(folder, 'answered');
  const server = spawn('perl', ['-e', kind === 'echo' ? echo : mail, answer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const connectPort = await new Promise<number>((resolve) =>
    server.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
  );
  return {
    connectIp: ip('127.0.0.1'),
    connectPort,
    answered: () => existsSync(answer),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
};

/** Whether the process that has written its number to `path` has ended, and nobody has heard of it. */
export const hasEnded = (path: string): boolean => {
  const pid = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return pid !== '' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
};
