// Whom a child process runs as: libuv changes user and group and drops every other group, setpriv(1) takes those of the user.

export interface ChildAccount {
  readonly uid?: number;
  readonly gid?: number;
  /** With the supplementary groups of the user, as /etc/group has them. */
  readonly supplementary?: boolean;
}

export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** For the options of spawn. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

/** What to spawn so that `argv` runs as `account`. A program that is not there then ends with status 127. */
export function commandAs(argv: readonly string[], { uid, gid, supplementary }: ChildAccount): ChildCommand {
  const [file = '', ...args] = argv;
  if (supplementary && uid !== undefined) {
    const group = gid === undefined ? [] : [`--regid=${gid}`];
    return { file: 'setpriv', args: [`--reuid=${uid}`, ...group, '--init-groups', '--', ...argv], identity: {} };
  }
  const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  return { file, args, identity };
}
