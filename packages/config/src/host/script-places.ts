// Every command of a configuration, with the place where it was written.
import type { Config, Script, ScriptUser, SourceLocation } from '../model.ts';

// The model carries no places of single values; the argument vector, which is handed on as it is, stands for its command, and
// an account for itself.
const places = new WeakMap<readonly string[] | ScriptUser, SourceLocation>();

export const rememberPlace = (value: readonly string[] | ScriptUser, at: SourceLocation): void => {
  places.set(value, at);
};

/** Where an account was written. */
export const placeOf = (user: ScriptUser): SourceLocation => places.get(user) ?? NOWHERE;

export interface ConfiguredScript {
  readonly argv: readonly string[];
  readonly user?: ScriptUser;
  readonly at: SourceLocation;
  /** Run when an instance, a group or a server changes its state: keepalived starts without it, and -t says nothing. */
  readonly notify: boolean;
  readonly runBy: Runner;
}

/** Which process runs it: the supervisor, that of VRRP, that of the checks, or either of these two. */
export type Runner = 'supervisor' | 'vrrp' | 'checks' | 'either';

/** All commands: of the process, of vrrp_scripts, instances and groups, of virtual servers and their checks. */
export const allScripts = (config: Config): readonly ConfiguredScript[] => {
  const found: ConfiguredScript[] = [];
  const add = (runBy: Runner, script: Script | undefined, owner: SourceLocation, notify = false): void => {
    if (script !== undefined) found.push({ ...script, at: places.get(script.argv) ?? owner, notify, runBy });
  };
  const { global } = config;
  add('supervisor', global.startupScript, NOWHERE);
  add('supervisor', global.shutdownScript, NOWHERE);
  add('either', global.notifyFifoScript, NOWHERE);
  add('vrrp', global.vrrpNotifyFifoScript, NOWHERE);
  add('checks', global.lvsNotifyFifoScript, NOWHERE);
  for (const { script, at } of config.vrrpScripts) add('vrrp', script, at);
  for (const one of [...config.vrrpInstances, ...(config.syncGroups ?? [])])
    for (const script of [one.notifyMaster, one.notifyBackup, one.notifyFault, one.notifyStop, one.notify])
      add('vrrp', script, one.at, true);
  for (const { notifyDeleted, notifyMasterRxLowerPri, at } of config.vrrpInstances) {
    add('vrrp', notifyDeleted?.script, at, true);
    add('vrrp', notifyMasterRxLowerPri, at, true);
  }
  for (const server of config.virtualServers) {
    add('checks', server.quorumUp, server.at, true);
    add('checks', server.quorumDown, server.at, true);
    for (const real of server.realServers) {
      add('checks', real.notifyUp, real.at, true);
      add('checks', real.notifyDown, real.at, true);
      for (const checker of real.checkers) if (checker.kind === 'MISC_CHECK') add('checks', checker.script, checker.at);
    }
  }
  return found;
};

const NOWHERE: SourceLocation = { file: '', line: 1, column: 1 };
