// -S and -R: what is saved comes back, in bulk, whatever pieces it is read in.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { commandLine } from './commands.ts';
import { memorySetup } from './memory.ts';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `-a -f 1 -r 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}:80 -m\n`).join(
    '',
  );

describe('a saved table', () => {
  test('comes back equal, thresholds aside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commandLine, { minLength: 5, maxLength: 60 }), async (commands) => {
        const [first, second] = [memorySetup(), memorySetup()];
        for (const words of commands) await first.run(words);
        const saved = (await first.run(['-S', '-n'])).stdout;
        // Two things ipvsadm saves but does not take back: marks above 2^31, and sh or mh with flag-3 only.
        fc.pre(!/ -f -| -b $/m.test(saved));
        expect(await second.run(['-R'], saved)).toEqual({ stdout: '', stderr: '', exit: 0 });
        expect((await second.run(['-S', '-n'])).stdout).toBe(saved);
        expect((await second.run(['-Ln', '--tun-info'])).stdout).toBe((await first.run(['-Ln', '--tun-info'])).stdout);
      }),
    );
  });
});

describe('-R', () => {
  test('gives the kernel many lines at once', async () => {
    const setup = memorySetup();
    const sizes: number[] = [];
    const apply = setup.kernel.apply;
    const kernel = {
      ...setup.kernel,
      apply: (operations: Parameters<typeof apply>[0]) => {
        sizes.push(operations.length);
        return apply(operations);
      },
    };
    const io = { ...setup.io({ stdout: () => undefined, stderr: () => undefined }, `-A -f 1\n${lines(100_000)}`) };
    expect(await runIpvsadm(['-R'], { ...io, openKernel: async () => kernel })).toBe(0);
    expect(setup.table.writes).toBe(100_001);
    expect(sizes.length).toBeLessThan(600);
  });

  test('reads lines in whatever pieces they come', async () => {
    const text = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1 -m\n-A -t 10.0.0.1:80\n-A -f 3 -p é';
    const encoded = new TextEncoder().encode(text);
    const whole = memorySetup();
    const wanted = await whole.run(['-R'], text);
    expect(wanted).toEqual({
      stdout: '',
      stderr: 'Service already exists\n' + "invalid timeout value `é' specified\n",
      exit: 2,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 })), async (lengths) => {
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(encoded.subarray(at, at + length));
          at += length;
        }
        pieces.push(encoded.subarray(at));
        const setup = memorySetup();
        const said: string[] = [];
        const io = setup.io({ stdout: () => undefined, stderr: (piece) => void said.push(piece) });
        expect(await runIpvsadm(['-R'], { ...io, stdin: pieces })).toBe(2);
        expect(said.join('')).toBe(wanted.stderr);
        expect((await setup.run(['-Sn'])).stdout).toBe((await whole.run(['-Sn'])).stdout);
      }),
    );
  });

  test('does what came before a wrong line, and nothing after it', async () => {
    const setup = memorySetup();
    expect(await setup.run(['-R'], '-A -f 1\n-A -f 2 -w 5\n-A -f 3\n')).toEqual({
      stdout: '',
      stderr: "Illegal 'weight' option with the 'add-service' command\n",
      exit: 2,
    });
    expect((await setup.run(['-Sn'])).stdout).toBe('-A -f 1 -s wlc\n');
  });

  test('asks for each name once', async () => {
    const setup = memorySetup();
    const text = '-A -t vip1:http\n-a -t vip1:http -r rs1.example.net\n-a -t vip1:http -r 10.1.0.2\n';
    expect((await setup.run(['-R'], text)).exit).toBe(0);
    expect(setup.lookups).toEqual(['vip1', 'rs1.example.net']);
  });
});
