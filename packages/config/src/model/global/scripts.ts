// global_defs: scripts, the accounts they run as, and what may be run at all.
import type { Millis, Script, ScriptUser } from '../common.ts';

export interface ScriptDefs {
  readonly scriptUser?: ScriptUser;
  readonly enableScriptSecurity: boolean;
  /** Do not resolve symbolic links in script paths; default off. */
  readonly useSymlinkPaths?: boolean;
  /** Scripts get the supplementary groups of their user; default off. */
  readonly setSupplementaryGroups?: boolean;
  /** Run once before the children start; default none. */
  readonly startupScript?: Script;
  /** Time allowed for startup_script; default 10. */
  readonly startupScriptTimeout?: Millis;
  /** Run once after the children ended; default none. */
  readonly shutdownScript?: Script;
  /** Time allowed for shutdown_script; default 10. */
  readonly shutdownScriptTimeout?: Millis;
}
