// Scripts as far as the text tells: paths, and the missing protection. Whether it is a danger depends on the files, which only a host has.
import { allScripts } from '../host/script-places.ts';
import type { Config } from '../model.ts';
import type { Report } from '../source/report.ts';

/** `hostAsked`: the host says itself what is wrong with the security of scripts. */
export const reportScripts = (config: Config, hostAsked: boolean, report: Report): void => {
  const scripts = allScripts(config);
  const seen = new Set<string>();
  for (const { argv, at } of scripts) {
    const [command = ''] = argv;
    if (command.startsWith('/') || seen.has(command)) continue;
    seen.add(command);
    const message = `${command} is not a full path; it is looked for in the directories of PATH`;
    report('note', 'relative-script', message, at, {
      hint: 'write the path from / on, so that it is always the same one',
    });
  }
  const [first] = scripts;
  if (config.global.enableScriptSecurity || first === undefined || hostAsked) return;
  report('warning', 'env-script-security', 'scripts are run, but enable_script_security is not set', first.at, {
    hint: 'write enable_script_security and script_user in global_defs',
  });
};
