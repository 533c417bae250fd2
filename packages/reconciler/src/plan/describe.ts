// Operations in keepalived's words, for the log: `Added service [10.0.0.2]:tcp:80 to VS [10.0.0.1]:tcp:80`.
import { formatIp } from '@vipward/config/address';
import type { DestinationKey, IpvsOperation, ServiceKey } from '@vipward/netlink';
import { destinationKeyId, serviceKeyId } from '@vipward/netlink';
import { destinationDifferences, type FieldDifference, serviceDifferences } from './differences.ts';
import type { TableIndex } from './index-table.ts';

/** `[10.0.0.1]:tcp:80` or `FWM 5`, as keepalived names a virtual server. */
export const formatService = (key: ServiceKey): string =>
  key.kind === 'fwmark' ? `FWM ${key.mark}` : `[${formatIp(key.address)}]:${protocolName[key.protocol]}:${key.port}`;

/** `[10.0.0.2]:tcp:80`; the protocol is the service's, a firewall mark has none. */
export const formatDestination = (service: ServiceKey, key: DestinationKey): string =>
  service.kind === 'fwmark'
    ? `[${formatIp(key.address)}]:${key.port}`
    : `[${formatIp(key.address)}]:${protocolName[service.protocol]}:${key.port}`;

/** What was done, in the past tense; `before` is the table it was done to. */
export const describeDone = (operation: IpvsOperation, before: TableIndex): string => {
  switch (operation.kind) {
    case 'add-service':
      return `Added VS ${formatService(operation.service.key)} (${operation.service.scheduler})`;
    case 'edit-service':
      return `Changed VS ${formatService(operation.service.key)}${list(changes(operation, before), fromTo)}`;
    case 'delete-service':
      return `Removed VS ${formatService(operation.service)}`;
    case 'add-destination':
      return `Added service ${destinationOf(operation)} to VS ${formatService(operation.service)}`;
    case 'edit-destination':
      return `Changed service ${destinationOf(operation)} of VS ${formatService(operation.service)}${list(changes(operation, before), fromTo)}`;
    case 'delete-destination':
      return `Removed service ${formatDestination(operation.service, operation.destination)} from VS ${formatService(operation.service)}`;
    case 'zero':
      return 'Zeroed counters';
    case 'flush':
      return 'Emptied the table';
  }
};

/** What an entry of ours had become, said of the operation that puts it right again; `found` is the table as read. */
export const describeDrift = (operation: IpvsOperation, found: TableIndex): string => {
  switch (operation.kind) {
    case 'add-service':
      return `VS ${formatService(operation.service.key)} was missing`;
    case 'edit-service':
      return `VS ${formatService(operation.service.key)} was changed${list(changes(operation, found), insteadOf)}`;
    case 'add-destination':
      return `service ${destinationOf(operation)} of VS ${formatService(operation.service)} was missing`;
    case 'edit-destination':
      return `service ${destinationOf(operation)} of VS ${formatService(operation.service)} was changed${list(changes(operation, found), insteadOf)}`;
    case 'delete-service':
    case 'delete-destination':
    case 'zero':
    case 'flush':
      return describeDone(operation, found);
  }
};

/** The same thing asked for, for a refusal: `add service X to VS Y`. */
export const describeAttempt = (operation: IpvsOperation): string => {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service':
      return `${operation.kind === 'add-service' ? 'add' : 'change'} VS ${formatService(operation.service.key)}`;
    case 'delete-service':
      return `remove VS ${formatService(operation.service)}`;
    case 'add-destination':
      return `add service ${destinationOf(operation)} to VS ${formatService(operation.service)}`;
    case 'edit-destination':
      return `change service ${destinationOf(operation)} of VS ${formatService(operation.service)}`;
    case 'delete-destination':
      return `remove service ${formatDestination(operation.service, operation.destination)} from VS ${formatService(operation.service)}`;
    case 'zero':
      return 'zero counters';
    case 'flush':
      return 'empty the table';
  }
};

/** What an edit changes, `weight from 1 to 2, lower threshold from 0 to 5`; '' of any other operation. */
export const describeChanges = (operation: IpvsOperation, before: TableIndex): string => {
  switch (operation.kind) {
    case 'edit-service':
    case 'edit-destination':
      return changes(operation, before).map(fromTo).join(', ');
    case 'add-service':
    case 'add-destination':
    case 'delete-service':
    case 'delete-destination':
    case 'zero':
    case 'flush':
      return '';
  }
};

type Edit = Extract<IpvsOperation, { kind: 'add-service' | 'edit-service' | 'add-destination' | 'edit-destination' }>;
type DestinationChange = Extract<IpvsOperation, { kind: 'add-destination' | 'edit-destination' }>;

const protocolName = { 6: 'tcp', 17: 'udp', 132: 'sctp' } as const;

const destinationOf = ({ service, destination }: DestinationChange): string =>
  formatDestination(service, destination.key);

const changes = (operation: Edit, before: TableIndex): readonly FieldDifference[] => {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service': {
      const found = before.get(serviceKeyId(operation.service.key));
      return found === undefined ? [] : serviceDifferences(found.service, operation.service);
    }
    case 'add-destination':
    case 'edit-destination': {
      const { service, destination } = operation;
      const found = before.get(serviceKeyId(service))?.destinations.get(destinationKeyId(destination.key));
      return found === undefined ? [] : destinationDifferences(found, destination);
    }
  }
};

const fromTo = ({ field, is, should }: FieldDifference): string => `${field} from ${is} to ${should}`;
const insteadOf = ({ field, is, should }: FieldDifference): string => `${field} ${is} instead of ${should}`;

const list = (differences: readonly FieldDifference[], format: (each: FieldDifference) => string): string =>
  differences.length === 0 ? '' : `: ${differences.map(format).join(', ')}`;
