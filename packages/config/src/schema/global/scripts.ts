// The schema of global_defs: scripts, the accounts they run as, and what may be run at all.
import * as z from 'zod';
import { millis, script, scriptUser } from '../common.ts';

export const scripts = {
  scriptUser: scriptUser.exactOptional(),
  enableScriptSecurity: z.boolean(),
  useSymlinkPaths: z.boolean().exactOptional().describe('Do not resolve symbolic links in script paths; default off.'),
  setSupplementaryGroups: z
    .boolean()
    .exactOptional()
    .describe('Scripts get the supplementary groups of their user; default off.'),
  startupScript: script.exactOptional().describe('Run once before the children start; default none.'),
  startupScriptTimeout: millis.exactOptional().describe('Time allowed for startup_script; default 10.'),
  shutdownScript: script.exactOptional().describe('Run once after the children ended; default none.'),
  shutdownScriptTimeout: millis.exactOptional().describe('Time allowed for shutdown_script; default 10.'),
};
