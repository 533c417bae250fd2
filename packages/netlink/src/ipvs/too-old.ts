// What older kernels lack and silently ignore: told from what they report of an entry that was just written.
import { readAttributes } from '../codec/attribute.ts';
import { decodeGeneric } from '../codec/generic.ts';
import type { Message } from '../codec/message.ts';
import { NetlinkError } from '../errors.ts';
import { commandTable } from './command.ts';
import type { Destination, IpvsOperation, OperationFailure, ServiceKey } from './model.ts';
import { describeOperation } from './operation.ts';
import { familyOf } from './service.ts';

export type Feature = 'tunnel-types' | 'mixed-families';

const since: Readonly<Record<Feature, { readonly version: string; readonly what: string }>> = {
  'tunnel-types': { version: '5.3', what: 'GUE and GRE tunnels' },
  'mixed-families': { version: '3.18', what: 'destinations of another address family than their service' },
};

type DestinationOperation = Extract<IpvsOperation, { readonly destination: Destination }>;

/** What an operation needs that was not always there; a kernel without it does something else and says nothing. */
export const featureOf = (operation: IpvsOperation): Feature | undefined => {
  if (operation.kind !== 'add-destination' && operation.kind !== 'edit-destination') return undefined;
  const { service, destination } = operation;
  if (destination.key.address.family !== familyOf(service)) return 'mixed-families';
  const { forwarding, tunnel } = destination;
  return forwarding === 'tunnel' && tunnel !== undefined && tunnel.type !== 'ipip' ? 'tunnel-types' : undefined;
};

/** The features of a kernel, from one destination as it reports it; undefined when the message has none. */
export const featuresIn = ({ payload }: Message): ReadonlySet<Feature> | undefined => {
  const { destination } = readAttributes(commandTable, decodeGeneric(payload).attributes);
  if (destination === undefined) return undefined;
  const features = new Set<Feature>();
  if (destination.family !== undefined) features.add('mixed-families');
  if (destination.tunnelType !== undefined) features.add('tunnel-types');
  return features;
};

/**
 * What takes back the additions among them that are too new for the kernel: it made something else of each. An edit stays, since
 * nobody knows what was there before.
 */
export const undoing = (failures: readonly OperationFailure[]): readonly IpvsOperation[] =>
  failures.flatMap(({ operation, error }) =>
    operation.kind === 'add-destination' && error.code === 'IPVS_TOO_OLD'
      ? [{ kind: 'delete-destination', service: operation.service, destination: operation.destination.key }]
      : [],
  );

/** IPVS_TOO_OLD for a sync daemon whose settings this kernel did not take. */
export const daemonTooOld = (operation: string): NetlinkError =>
  new NetlinkError({
    code: 'IPVS_TOO_OLD',
    operation,
    message: 'this kernel knows no length, group, port or TTL of a sync daemon: that needs Linux 4.3',
  });

/** The first operation whose service can be asked what the kernel made of it. */
export const firstDemanding = (operations: readonly IpvsOperation[]): ServiceKey | undefined =>
  operations.find((operation): operation is DestinationOperation => featureOf(operation) !== undefined)?.service;

/** All of them that need what was not always there. */
export const demanding = (operations: readonly IpvsOperation[]): readonly Omit<OperationFailure, 'error'>[] =>
  operations.flatMap((operation, index) => (featureOf(operation) === undefined ? [] : [{ index, operation }]));

/** IPVS_TOO_OLD for every operation that needs what the kernel lacks. */
export const tooOld = (
  operations: readonly IpvsOperation[],
  features: ReadonlySet<Feature>,
): readonly OperationFailure[] => {
  // The usual kernel, and perhaps a hundred thousand operations.
  if (Object.keys(since).length === features.size) return [];
  return operations.flatMap((operation, index) => {
    const feature = featureOf(operation);
    if (feature === undefined || features.has(feature)) return [];
    const { version, what } = since[feature];
    const message = `this kernel knows no ${what}: that needs Linux ${version}`;
    const error = new NetlinkError({ code: 'IPVS_TOO_OLD', operation: describeOperation(operation), message });
    return [{ index, operation, error }];
  });
};
