// The scripts of the bundle whose compiled code lies beside them. To add one: a line here, its case in packages/cli/src/start.ts.

/**
 * `entry`: its source in packages/cli/src; it exports `run` as start.ts describes. `flags`: the name under which
 * packages/cli/bin/vipward has the flags of Node that it runs with; code compiled under others is not taken. `rehearsal`: the
 * module of this folder whose default function does once what the script will do, so that the code of it is kept.
 */
export const compiledScripts = {
  checking: { entry: 'checking.ts', flags: 'usual', rehearsal: 'rehearse-checking.mjs' },
  ipvsadm: { entry: 'ipvsadm/main.ts', flags: 'short', rehearsal: 'rehearse-ipvsadm.mjs' },
  supervisor: { entry: 'supervisor.ts', flags: 'steady', rehearsal: 'rehearse-supervisor.mjs' },
};
