// The public face of the reconciler.
export {
  createReconciler,
  type Reconciler,
  type ReconcilerLog,
  type ReconcilerOptions,
  type ReconcilerStats,
} from './apply/reconciler.ts';
export { canonicalDestination, canonicalService, fullNetmask } from './plan/canonical.ts';
export {
  describeAttempt,
  describeChanges,
  describeDone,
  describeDrift,
  formatDestination,
  formatService,
} from './plan/describe.ts';
export { afterOperations, type IndexedService, indexTable, type TableIndex } from './plan/index-table.ts';
export {
  covers,
  nothingOwned,
  type Ownership,
  ownershipFromJson,
  ownershipOf,
  ownershipToJson,
  together,
} from './plan/ownership.ts';
export { narrow, type Policy, plan } from './plan/plan.ts';
