// Scripts on the host: whether they are there, can be run, and are safe from others than root (keepalived's script security).
import type { Config, ScriptUser, SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';
import type { Host } from './host.ts';
import { allScripts, type ConfiguredScript, placeOf, type Runner } from './script-places.ts';
import { unsafePart } from './unsafe-part.ts';

/** The user that scripts without one run as, if it exists. */
const DEFAULT_USER = 'keepalived_script';

/** Reports each command once, at its first place. `interfaceMissing`: one that the configuration names is not there. */
export const checkScripts = (config: Config, host: Host, interfaceMissing: boolean, report: Report): void => {
  const secure = config.global.enableScriptSecurity;
  checkScriptUser(config, host, report);
  /** Whether it would be run as it is. */
  const seen = new Map<string, boolean>();
  const exposed: ConfiguredScript[] = [];
  for (const script of allScripts(config)) {
    const user = script.user?.user ?? config.global.scriptUser?.user;
    const key = `${script.argv[0]} ${user ?? ''} ${script.user?.group ?? ''} ${script.notify}`;
    let runs = seen.get(key);
    if (runs === undefined) {
      const tell = script.notify ? asNotify(report) : report;
      const written = script.user === config.global.scriptUser ? undefined : script.user;
      const known = checkAccount(script.at, written, user, secure, host, tell);
      runs = checkCommand(script, user, secure, host, tell) && known;
      seen.set(key, runs);
    }
    if (runs) exposed.push(script);
  }
  const [first] = exposed;
  if (secure || first === undefined) return;
  const judged = exposed.find(({ runBy }) => isJudged(runBy, config, interfaceMissing));
  const code = judged === undefined ? 'env-script-security' : 'env-security-violation';
  report('warning', code, 'scripts are run, but enable_script_security is not set', (judged ?? first).at, {
    hint: 'write enable_script_security and script_user in global_defs',
  });
};

// Measured: each process judges its own scripts, if it has anything to do, and that of VRRP ends at a missing interface first.
const isJudged = (runBy: Runner, { vrrpInstances, virtualServers }: Config, interfaceMissing: boolean): boolean => {
  const byVrrp = !interfaceMissing && vrrpInstances.length > 0;
  const byChecks = virtualServers.length > 0;
  switch (runBy) {
    case 'supervisor':
      return true;
    case 'vrrp':
      return byVrrp;
    case 'checks':
      return byChecks;
    case 'either':
      return byVrrp || byChecks;
  }
};

// keepalived asks for it whether a script needs it or not.
const checkScriptUser = ({ global: { scriptUser } }: Config, host: Host, report: Report): void => {
  if (scriptUser === undefined) return;
  const { user, group } = scriptUser;
  const missing =
    host.uidOf(user) === undefined
      ? `user ${user}`
      : group !== undefined && host.gidOf(group) === undefined
        ? `group ${group}`
        : undefined;
  if (missing !== undefined)
    report('error', 'env-unknown-user', `the ${missing} of script_user does not exist`, placeOf(scriptUser), {
      hint: 'create it (useradd --system NAME, groupadd --system NAME), or name another',
    });
};

// What is missing for a notify script is no fault of the configuration to keepalived.
const asNotify =
  (report: Report): Report =>
  (severity, code, ...rest) => {
    const missing = code === 'env-script-missing' || code === 'env-unknown-user';
    if (missing) report('warning', 'env-notify-not-run', ...rest);
    else report(severity, code, ...rest);
  };

const checkAccount = (
  at: SourceLocation,
  written: ScriptUser | undefined,
  user: string | undefined,
  secure: boolean,
  host: Host,
  report: Report,
): boolean => {
  if (user !== undefined && host.uidOf(user) === undefined) {
    // That of script_user has been said there.
    if (written !== undefined)
      report('error', 'env-unknown-user', `the user ${user} of this script does not exist`, at, {
        hint: `if ${user} is an argument of the command, put both in one pair of quotes; if it is a user, create it`,
      });
    return false;
  }
  if (written?.group !== undefined && host.gidOf(written.group) === undefined) {
    report('error', 'env-unknown-user', `the group ${written.group} of this script does not exist`, at);
    return false;
  }
  if (user !== undefined || !secure || host.uidOf(DEFAULT_USER) !== undefined) return true;
  report('error', 'env-unknown-user', `this script has no user, and the default ${DEFAULT_USER} does not exist`, at, {
    hint: 'write script_user in global_defs, or user at the script',
  });
  return false;
};

// Whether the command is there to be run without security; as keepalived, also when it cannot be run as it is now.
const checkCommand = (
  { argv, at }: ConfiguredScript,
  user: string | undefined,
  secure: boolean,
  host: Host,
  report: Report,
): boolean => {
  const [command = ''] = argv;
  const path = findCommand(command, host);
  const info = path === undefined ? undefined : host.fileInfo(path);
  if (path === undefined || info === undefined) {
    report('error', 'env-script-missing', `there is no command ${command}`, at, {
      hint: command.startsWith('/')
        ? 'check the path, or install it'
        : 'it is in none of the directories of PATH; write its full path',
    });
    return false;
  }
  if (info.kind !== 'file' || (info.mode & 0o111) === 0) {
    const message = info.kind === 'file' ? `${path} is not executable` : `${path} is not a file`;
    report('error', 'env-script-not-executable', message, at, info.kind === 'file' ? { hint: `chmod +x ${path}` } : {});
    return info.kind === 'file' && !secure;
  }
  const unsafe = asRoot(user, host) ? unsafePart(host.realPath(path), host.fileInfo) : undefined;
  if (unsafe === undefined) return true;
  const consequence = secure ? 'it is not run' : 'with enable_script_security it would not be run';
  const message = `${path} runs as root, but others can change ${unsafe.part} (${unsafe.why}); ${consequence}`;
  report(secure ? 'error' : 'warning', 'env-script-insecure', message, at, {
    hint: 'give it to root, take away the write permission of others, or run it as another user',
  });
  return !secure;
};

const findCommand = (command: string, host: Host): string | undefined => {
  if (command.includes('/')) return command;
  return host.searchPath
    .map((directory) => `${directory}/${command}`)
    .find((path) => host.fileInfo(path) !== undefined);
};

const asRoot = (user: string | undefined, host: Host): boolean =>
  host.uidOf(user ?? DEFAULT_USER) === 0 || (user === undefined && host.uidOf(DEFAULT_USER) === undefined);
