// How a script of a worker becomes a process: the same account, security and spawn rules as for notify scripts.
import type { GlobalDefs, Script } from '@vipward/config';
import { systemScriptGuard, systemSpawn } from '@vipward/notify';
import { type Account, systemAccounts } from '@vipward/sockets';
import type { StartScript } from '@vipward/vrrp';

/** Whom a script runs as (undefined = as the daemon itself), or the text that says why it must not run. */
export type ScriptRules = (script: Script) => { readonly account: Account | undefined } | string;

/** `global` is asked at every start: a reload may change script_user and enable_script_security. */
export const scriptRulesFor =
  (global: () => GlobalDefs): ScriptRules =>
  (script) => {
    const now = global();
    const resolved = systemAccounts(now)(script.user);
    if (resolved.kind === 'unknown') return resolved.message;
    const account = resolved.kind === 'account' ? resolved.account : undefined;
    return systemScriptGuard(now.enableScriptSecurity)(script.argv[0] ?? '', account) ?? { account };
  };

export const startScriptFor = (global: () => GlobalDefs): StartScript => {
  const spawn = systemSpawn(process.env);
  const rules = scriptRulesFor(global);
  return (script, ended) => {
    const allowed = rules(script);
    if (typeof allowed === 'string') return allowed;
    const { account } = allowed;
    return spawn({ argv: script.argv, ...(account === undefined ? {} : { account }) }, ended);
  };
};
