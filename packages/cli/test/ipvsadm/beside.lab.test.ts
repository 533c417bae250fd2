// Beside the original on one kernel: the same commands typed to both, and the table of one listed by the other.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLine } from './commands.ts';
import { replayInNamespace } from './in-namespace.ts';
import { parseTranscript, showStep } from './transcript.ts';

const original = '/usr/sbin/ipvsadm';
const launcher = fileURLToPath(new URL('../../bin/vipward', import.meta.url));
const minutes = 60_000;

let folder: string;
beforeAll(() => {
  if (!existsSync(original)) throw new Error(`needs the original: apt-get install ipvsadm puts it at ${original}`);
  folder = mkdtempSync(join(tmpdir(), 'beside-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

test(
  'random commands get the same answers',
  () => {
    // The kernel's own order is different in every namespace.
    const lines = fc
      .sample(commandLine, { numRuns: 240, seed: 20_261_122 })
      .filter((words) => !words.includes('--nosort'));
    const commands = lines.map((words) => `ipvsadm ${quoted(words)}`);
    const listings = ['-Ln', '-Sn', '-Ln --thresholds', '-Ln --tun-info'].map((list) => `ipvsadm ${list}`);
    const file = join(folder, 'random.cmds');
    const all = commands.flatMap((command, i) => (i % 40 === 39 ? [command, ...listings] : [command]));
    writeFileSync(file, `${all.join('\n')}\n`);
    const [ours, real] = (['ours', 'real'] as const).map(
      (whose) => replayInNamespace(whose, [file]).get('random') ?? '',
    );
    expect(parseTranscript(real ?? '')).toHaveLength(all.length);
    // Step by step, so that a difference names its command.
    expect(parseTranscript(ours ?? '').map(showStep)).toEqual(parseTranscript(real ?? '').map(showStep));
  },
  5 * minutes,
);

test(
  'every command line of beside.list gets the same output, status and effect',
  () => {
    const program = fileURLToPath(new URL('beside-run.ts', import.meta.url));
    const list = fileURLToPath(new URL('beside.list', import.meta.url));
    const [ours = [], real = []] = ['ours', 'real'].map((whose) => {
      const out = join(folder, whose);
      const words = ['-n', '-m', process.execPath, '--no-warnings', program, whose, list, out];
      const { status, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return readFileSync(out, 'utf8').trimEnd().split('\n');
    });
    // One text a line, so that a difference names its command.
    expect(real.length).toBeGreaterThan(500);
    expect(ours).toEqual(real);
  },
  5 * minutes,
);

describe('the executable, called as ipvsadm', () => {
  test(
    'fills a table that the original lists as it does itself, and answers with its exit status',
    () => {
      const ours = join(folder, 'ipvsadm');
      symlinkSync(launcher, ours);
      const script = `
        ip link set lo up
        OURS -A -t 192.168.33.188:80 -s rr || exit 11
        OURS -a -t 192.168.33.188:80 -r 127.0.0.2:80 -m -w 2 || exit 12
        printf -- '-A -u [::1]:53 -s sh -b sh-port\\n-a -u [::1]:53 -r ::1 -g\\n' | OURS -R || exit 13
        for list in -Ln '-Ln --stats' '-Ln --rate --exact' -Sn -Lcn '-L --timeout' '-Ln --tun-info'; do
          OURS $list >ours; ORIGINAL $list >original
          cmp ours original || exit 14
        done
        OURS -L -t 10.9.8.7:80 2>/dev/null; [ $? = 1 ] || exit 15
        OURS -D -t 10.9.8.7:80 2>/dev/null; [ $? = 255 ] || exit 16
        OURS -D 2>/dev/null; [ $? = 2 ] || exit 17
        OURS -Ln | head -1 >ours && ORIGINAL -Ln | head -1 | cmp - ours || exit 18
        setpriv --bounding-set=-net_admin --inh-caps=-net_admin ORIGINAL -L 2>original
        setpriv --bounding-set=-net_admin --inh-caps=-net_admin OURS -L 2>ours; [ $? = 2 ] || exit 19
        cmp ours original || exit 20
        OURS -R </ 2>ours; [ $? = 1 ] || exit 21
        grep -q '^ipvsadm: cannot read: EISDIR' ours || exit 22`;
      const text = script.replaceAll('OURS', ours).replaceAll('ORIGINAL', original);
      const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', text], {
        encoding: 'utf8',
        cwd: folder,
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    2 * minutes,
  );
});
