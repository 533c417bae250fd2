// `vipward ipvs list --watch` on a real terminal: script(1) gives it one.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const launcher = fileURLToPath(new URL('../../bin/vipward', import.meta.url));

test.each([
  ['q', 'q', 0],
  ['Ctrl-C', '\x03', 0],
])(
  'draws in place, ends with %s and leaves the terminal as it was',
  async (_name, key, status) => {
    const line = `ipvsadm -A -t 192.0.2.1:80 -s rr; stty rows 20 cols 90; ${launcher} ipvs list --watch; stty -a; ipvsadm -C`;
    const child = spawn('unshare', ['-n', 'script', '-qfec', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    let pressed = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (pressed || !shown.includes('q ends')) return;
      pressed = true;
      child.stdin.write(key);
    });
    const exit = await new Promise((resolve) => child.once('close', resolve));
    expect([exit, pressed]).toEqual([status, true]);
    const [before = '', after = ''] = shown.split('\x1b[?1049l');
    expect(before).toContain('\x1b[?1049h');
    expect(before).toContain('tcp 192.0.2.1:80  rr');
    // Cooked again, with echo and signals.
    expect(after).toMatch(/(?<!-)icanon/);
    expect(after).toMatch(/(?<!-)echo\b/);
    expect(after).toMatch(/(?<!-)isig/);
  },
  120_000,
);
