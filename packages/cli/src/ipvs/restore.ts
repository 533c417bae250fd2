// `vipward ipvs save` and `restore`: the table as JSON, and back by the fewest changes.
import type { IpvsKernel } from '@vipward/netlink';
import { describeOperation } from '@vipward/netlink';
import { describeChanges, indexTable, nothingOwned, ownershipOf, plan } from '@vipward/reconciler';
import { coded } from '../coded.ts';
import { fromSaved, toSaved } from './saved.ts';

export interface RestoreOptions {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

export interface RestoreEdges {
  readonly kernel: Pick<IpvsKernel, 'table' | 'apply'>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

export const runSave = async ({ kernel, out }: RestoreEdges): Promise<number> => {
  out(`${JSON.stringify(toSaved(await kernel.table()), undefined, 2)}\n`);
  return 0;
};

/** Findings that are shown of one document. */
const maxFindings = 20;

/**
 * Returns 0, 1 when the kernel refused something, 2 when the document is wrong (then nothing was written). Without
 * --replace, entries that the document does not have stay, as with ipvsadm -R.
 */
export const runRestore = async (text: string, options: RestoreOptions, edges: RestoreEdges): Promise<number> => {
  const { kernel, out, error } = edges;
  const desired = readDocument(text);
  if ('findings' in desired) {
    const { findings } = desired;
    for (const { path, message } of findings.slice(0, maxFindings))
      error(`${path === '' ? 'the document' : path}: ${message}\n`);
    if (findings.length > maxFindings) error(`... and ${findings.length - maxFindings} more\n`);
    error(coded('DOCUMENT_REFUSED', 'nothing was written'));
    return 2;
  }
  const actual = await kernel.table();
  const present = indexTable(actual);
  const owned = options.replace === true ? ownershipOf(present) : nothingOwned;
  const operations = plan(actual, desired, owned);
  if (options.dryRun === true) {
    for (const operation of operations) {
      const changes = describeChanges(operation, present);
      out(`${describeOperation(operation)}${changes === '' ? '' : `: ${changes}`}\n`);
    }
    return 0;
  }
  const failures = await kernel.apply(operations);
  for (const { error: refusal } of failures) error(`${refusal.message} [${refusal.code}]\n`);
  return failures.length > 0 ? 1 : 0;
};

const readDocument = (text: string): ReturnType<typeof fromSaved> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      findings: [{ path: '', message: `is no JSON: ${error instanceof Error ? error.message : String(error)}` }],
    };
  }
  return fromSaved(value);
};
