// Scripts without enable_script_security: allowed, but said. Whether it is a danger depends on the files, which only a host has.
import type { Config, Script, SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';

export const reportScriptSecurity = (config: Config, report: Report): void => {
  if (config.global.enableScriptSecurity) return;
  const first = firstScript(config);
  if (first === undefined) return;
  report('warning', 'env-script-security', 'scripts are run, but enable_script_security is not set', first, {
    hint: 'write enable_script_security and script_user in global_defs',
  });
};

const firstScript = ({ vrrpScripts, vrrpInstances, virtualServers }: Config): SourceLocation | undefined => {
  for (const script of vrrpScripts) return script.at;
  for (const instance of vrrpInstances) {
    const scripts: readonly (Script | undefined)[] = [
      instance.notifyMaster,
      instance.notifyBackup,
      instance.notifyFault,
      instance.notifyStop,
      instance.notify,
    ];
    if (scripts.some((script) => script !== undefined)) return instance.at;
  }
  for (const { realServers } of virtualServers)
    for (const { checkers } of realServers)
      for (const checker of checkers) if (checker.kind === 'MISC_CHECK') return checker.at;
  return undefined;
};
