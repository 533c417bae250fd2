// What a configuration needs of its host: scripts, users, interfaces, directories.
import { describe, expect, test } from '@jest/globals';
import { type FileInfo, type Host, memoryReader, parseConfig } from '../../src/index.ts';
import { FILE } from '../support.ts';

const file = (mode: number, uid = 0, gid = 0): FileInfo => ({ kind: 'file', mode, uid, gid });
const directory = (mode = 0o755, uid = 0): FileInfo => ({ kind: 'directory', mode, uid, gid: 0 });

const FILES: Readonly<Record<string, FileInfo>> = {
  '/': directory(),
  '/bin': directory(),
  '/bin/true': file(0o755),
  '/bin/plain': file(0o644),
  '/bin/open': file(0o777),
  '/bin/of-group': file(0o775, 0, 50),
  '/bin/of-ann': file(0o755, 1000),
  '/tmp': directory(0o1777),
  '/tmp/sticky': file(0o755),
  '/open': directory(0o777),
  '/open/below': file(0o755),
  '/open/link': file(0o755),
  '/bin/link': file(0o755),
};

const host = (more: Partial<Host> = {}): Host => ({
  fileInfo: (path) => FILES[path],
  realPath: (path) => (path === '/open/link' ? '/bin/true' : path === '/bin/link' ? '/open/below' : path),
  uidOf: (user) =>
    new Map([
      ['root', 0],
      ['ann', 1000],
    ]).get(user),
  gidOf: (group) =>
    new Map([
      ['root', 0],
      ['staff', 50],
    ]).get(group),
  searchPath: ['/usr/bin', '/bin'],
  ...more,
});

const check = (text: string, on: Host = host()) =>
  parseConfig({ file: FILE, read: memoryReader({ [FILE]: text }), configId: 'node1', host: on });

const found = (text: string, on?: Host): readonly string[] =>
  check(text, on)
    .diagnostics.filter(({ code }) => code.startsWith('env-'))
    .map(({ severity, code, at }) => `${severity} ${code} ${at.line}`);

const script = (command: string, security = 'enable_script_security\nscript_user root'): string =>
  `global_defs {\n${security}\n}\nvrrp_script s {\nscript ${command}\n}`;

const tracked = (command: string, interfaceName = 'eth0'): string =>
  `${command === '' ? '' : script(command, 'script_user root')}
vrrp_instance A {
interface ${interfaceName}
virtual_router_id 1
virtual_ipaddress {
10.0.0.1
}
}
`;

const fifo = (keyword: string): string =>
  `global_defs {\nscript_user root\n${keyword} /tmp/pipe\n${keyword}_script /bin/true\n}\n`;

const server =
  'virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\nreal_server 10.0.0.2 80 {\nweight 1\n}\n';

describe('a script', () => {
  test('that is there, belongs to root and is executable is fine', () => {
    expect(found(script('/bin/true'))).toEqual([]);
  });

  test.each([
    ['/bin/none', ['error env-script-missing 6']],
    ['none', ['error env-script-missing 6']],
    ['true', []],
    ['/bin/plain', ['error env-script-not-executable 6']],
    ['/bin', ['error env-script-not-executable 6']],
    ['/bin/open', ['error env-script-insecure 6']],
    ['/bin/of-group', ['error env-script-insecure 6']],
    ['/bin/of-ann', ['error env-script-insecure 6']],
    ['/open/below', ['error env-script-insecure 6']],
    ['/tmp/sticky', []],
    // Where a link leads to counts, not where it lies.
    ['/open/link', []],
    ['/bin/link', ['error env-script-insecure 6']],
  ])('%s, run as root: %j', (command, expected) => {
    expect(found(script(command))).toEqual(expected);
  });

  test('that others may change is named with the part of its path and the bit that allows it', () => {
    const [finding] = check(script('/open/below')).diagnostics;
    expect(finding?.message).toBe(
      '/open/below runs as root, but others can change /open (mode 0777: o+w, everybody may write); it is not run',
    );
  });

  test('that others may change is no danger when another user runs it', () => {
    expect(found(script('/bin/open', 'enable_script_security\nscript_user ann'))).toEqual([]);
  });

  test('needs a user and a group that exist', () => {
    expect(found(script('/bin/true', 'enable_script_security\nscript_user nobody'))).toEqual([
      'error env-unknown-user 3',
    ]);
    expect(
      found(`${script('/bin/true', 'enable_script_security')}`.replace('/bin/true', '/bin/true\nuser nobody')),
    ).toEqual(['error env-unknown-user 5']);
    expect(found('global_defs {\nscript_user root nogroup\n}')).toEqual(['error env-unknown-user 2']);
    const notify = 'vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\n';
    expect(found(`global_defs {\nenable_script_security\n}\n${notify}notify /bin/true ann nogroup\n}`)).toEqual([
      'warning env-notify-not-run 10',
    ]);
  });

  test('of a real server or a quorum may be missing, as keepalived starts without it', () => {
    const servers = `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\nquorum_up /bin/none\nreal_server 10.0.0.2 80 {\nnotify_down /bin/none2\n}\n}`;
    expect(found(`global_defs {\nenable_script_security\nscript_user root\n}\n${servers}`)).toEqual([
      'warning env-notify-not-run 9',
      'warning env-notify-not-run 11',
    ]);
  });

  test('without a user needs keepalived_script, where security is on', () => {
    expect(found(script('/bin/true', 'enable_script_security'))).toEqual(['error env-unknown-user 5']);
  });

  test('that runs without security is a violation, with the exit status of keepalived', () => {
    const result = check(tracked('/bin/true'));
    expect(result.diagnostics.map(({ code }) => code)).toContain('env-security-violation');
    expect(result.status).toBe(6);
    expect(found(tracked('/bin/none'))).toEqual(['error env-script-missing 5']);
  });

  test.each([
    ['of VRRP, where an interface is missing', tracked('/bin/true', 'eth7'), 5],
    ['of a pipe of both, where an interface is missing', `${fifo('notify_fifo')}${tracked('', 'eth7')}`, 5],
    ['of a pipe of both, with checks', `${fifo('notify_fifo')}${tracked('', 'eth7')}${server}}`, 6],
    ['of VRRP without an instance', script('/bin/true', 'script_user root'), 0],
    ['of checks without a server', fifo('lvs_notify_fifo'), 0],
    ['of a check, where an interface is missing', `${tracked('/bin/true', 'eth7')}${server}quorum_up /bin/true\n}`, 6],
    [
      'of the start, where an interface is missing',
      `global_defs {\nstartup_script /bin/true\n}\n${tracked('', 'eth7')}`,
      6,
    ],
  ])('%s: keepalived -t ends with its status of that', (_, text, status) => {
    expect(check(text, host({ interfaces: new Map([['eth0', { multicast: true }]]) })).status).toBe(status);
  });
});

describe('an interface', () => {
  const instance =
    'vrrp_instance A {\ninterface eth7\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1 dev eth8\n}\n}';
  const on = host({
    interfaces: new Map([
      ['lo', { multicast: false }],
      ['eth0', { multicast: true }],
    ]),
  });

  test('that does not exist is named, where it is used', () => {
    expect(found(instance, on)).toEqual(['error env-interface-missing 2', 'error env-interface-missing 5']);
  });

  test('that is tracked by its own instance is named once', () => {
    const tracking = instance.replace('virtual_router_id', 'track_interface {\neth7\neth6\n}\nvirtual_router_id');
    expect(found(tracking, on)).toEqual([2, 5, 9].map((line) => `error env-interface-missing ${line}`));
  });

  test('may come later with dynamic_interfaces', () => {
    expect(found(`global_defs {\ndynamic_interfaces\n}\n${instance}`, on)).toEqual([]);
  });

  test('is not asked for where the host does not say', () => {
    expect(found(instance)).toEqual([]);
  });

  test('that the instance makes itself need not exist', () => {
    const own = instance.replace('eth7', 'eth0\nuse_vmac vrr.1').replace('eth8', 'vrr.1');
    expect(found(own, on)).toEqual([]);
  });
});

test('the directory of a tracked file must exist', () => {
  expect(found('track_file f {\nfile /bin/x\n}')).toEqual([]);
  expect(found('track_file f {\nfile /none/x\n}')).toEqual(['warning env-directory-missing 1']);
});

test('without a host nothing is said about it', () => {
  const result = parseConfig({
    file: FILE,
    read: memoryReader({ [FILE]: script('/bin/none') }),
    configId: 'node1',
  });
  expect(result.diagnostics).toEqual([]);
});
