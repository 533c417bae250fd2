// How a track script becomes a process: the same account, security and spawn rules as for notify scripts.
import type { GlobalDefs } from '@vipward/config';
import { systemAccounts, systemScriptGuard, systemSpawn } from '@vipward/notify';
import type { StartScript } from '@vipward/vrrp';

/** `global` is asked at every start: a reload may change script_user and enable_script_security. */
export const startScriptFor = (global: () => GlobalDefs): StartScript => {
  const spawn = systemSpawn(process.env);
  return (script, ended) => {
    const { scriptUser, enableScriptSecurity } = global();
    const resolved = systemAccounts(scriptUser)(script.user);
    if (resolved.kind === 'unknown') return resolved.message;
    const account = resolved.kind === 'account' ? resolved.account : undefined;
    const refused = systemScriptGuard(enableScriptSecurity)(script.argv[0] ?? '', account);
    if (refused !== undefined) return refused;
    return spawn({ argv: script.argv, ...(account === undefined ? {} : { account }) }, ended);
  };
};
