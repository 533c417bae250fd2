// Open files, the configurations they belong to, and their findings.
import { describe, expect, test } from '@jest/globals';
import { memoryReader } from '@vipward/config';
import { settingsOf, Workspace } from '../../src/lsp/workspace.ts';

const workspace = (disk: Readonly<Record<string, string>>, mainFile?: string): Workspace => {
  const made = new Workspace(memoryReader(disk), { HOME: '/root' });
  made.settings = { configId: 'main', ...(mainFile === undefined ? {} : { mainFile }) };
  return made;
};
const codes = (made: Workspace): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries([...made.findings()].map(([uri, found]) => [uri, found.map(({ code }) => code)]));

const part = 'vrrp_instance V {\n interface eth0\n virtual_router_id 300\n}\n';

describe('the workspace', () => {
  test('reads what is open in the editor instead of what is on the disk', () => {
    const made = workspace({ '/e/x.conf': 'oops\n' });
    made.read(new Map([['/e/x.conf', 'global_defs {\n}\n']]));
    expect(codes(made)).toEqual({ 'file:///e/x.conf': [] });
    made.read(new Map([['/e/x.conf', 'glob_defs {\n}\n']]));
    expect(codes(made)).toEqual({ 'file:///e/x.conf': ['unknown-keyword'] });
  });

  test('underlines the whole word and adds the hint', () => {
    const made = workspace({});
    made.read(new Map([['/x.conf', '\n  glob_defs {\n}\n']]));
    expect(made.findings().get('file:///x.conf')).toMatchObject([
      {
        range: { start: { line: 1, character: 2 }, end: { line: 1, character: 11 } },
        severity: 2,
        source: 'vipward',
        message: expect.stringMatching(/unknown keyword "glob_defs"(?:.|\n)*did you mean global_defs/),
      },
    ]);
  });

  test('reads a fragment as part of the keepalived.conf above it', () => {
    const disk = { '/e/keepalived.conf': 'vrrp_instance V {\n include d/v.conf\n}\n', '/e/d/v.conf': '' };
    const made = workspace(disk);
    made.read(new Map([['/e/d/v.conf', 'priorty 50\n']]));
    const findings = made.findings().get('file:///e/d/v.conf');
    expect(findings?.[0]?.message).toContain('did you mean priority?');
    expect(made.projectOf('/e/d/v.conf')?.project.root).toBe('/e/keepalived.conf');
  });

  test('takes the main file that it was told, and a file that is included by nobody as its own', () => {
    const disk = { '/main.conf': 'include /p/part.conf\n' };
    const made = workspace(disk, '/main.conf');
    made.read(
      new Map([
        ['/p/part.conf', part],
        ['/p/alone.conf', part],
      ]),
    );
    expect(made.projectOf('/p/part.conf')?.project.root).toBe('/main.conf');
    expect(made.projectOf('/p/alone.conf')?.project.root).toBe('/p/alone.conf');
    expect(codes(made)['file:///p/alone.conf']).toContain('out-of-range');
  });

  test('shows nothing of the other configurations that it looked at', () => {
    const made = workspace({ '/e/keepalived.conf': 'oops\n' });
    made.read(new Map([['/e/other.conf', 'global_defs {\n}\n']]));
    expect(codes(made)).toEqual({ 'file:///e/other.conf': [] });
  });

  test('takes from the client only options that it understands', () => {
    expect(settingsOf({ configId: 'a', mainFile: '/m' }, 'host')).toEqual({ configId: 'a', mainFile: '/m' });
    expect(settingsOf({ configId: 5, mainFile: '' }, 'host')).toEqual({ configId: 'host' });
    expect(settingsOf(undefined, 'host')).toEqual({ configId: 'host' });
  });
});
