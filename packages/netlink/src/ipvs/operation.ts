// One operation as one netlink request, and in words.
import { type Values, writeAttributes } from '../codec/attribute.ts';
import { writeGenericHeader } from '../codec/generic.ts';
import type { Request } from '../transport/packet.ts';
import { commandTable, ipvsCommand, ipvsVersion } from './command.ts';
import { encodeDestination, encodeDestinationKey } from './destination.ts';
import { destinationKeyId, serviceKeyId } from './key.ts';
import type { IpvsOperation } from './model.ts';
import { encodeService, encodeServiceKey } from './service.ts';

type Attributes = Values<typeof commandTable>;

/** A request to family number `family`; `operation` says in words what is attempted. */
export const ipvsRequest = (
  family: number,
  command: number,
  attributes: Attributes,
  operation: () => string,
): Request => ({
  type: family,
  flags: 0,
  operation,
  payload(writer) {
    writeGenericHeader(writer, command, ipvsVersion);
    writeAttributes(writer, commandTable, attributes);
  },
});

export const operationRequest = (family: number, operation: IpvsOperation): Request => {
  const { command, attributes } = encodeOperation(operation);
  return ipvsRequest(family, command, attributes, () => describeOperation(operation));
};

/** `add-service tcp 10.0.0.1:80`, `edit-destination 10.1.0.1:80 of tcp 10.0.0.1:80`, `flush`. */
export const describeOperation = (operation: IpvsOperation): string => {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service':
      return `${operation.kind} ${serviceKeyId(operation.service.key)}`;
    case 'delete-service':
      return `${operation.kind} ${serviceKeyId(operation.service)}`;
    case 'add-destination':
    case 'edit-destination':
      return `${operation.kind} ${destinationKeyId(operation.destination.key)} of ${serviceKeyId(operation.service)}`;
    case 'delete-destination':
      return `${operation.kind} ${destinationKeyId(operation.destination)} of ${serviceKeyId(operation.service)}`;
    case 'zero':
      return operation.service === undefined ? 'zero' : `zero ${serviceKeyId(operation.service)}`;
    case 'flush':
      return 'flush';
  }
};

const encodeOperation = (operation: IpvsOperation): { command: number; attributes: Attributes } => {
  switch (operation.kind) {
    case 'add-service':
      return { command: ipvsCommand.newService, attributes: { service: encodeService(operation.service) } };
    case 'edit-service':
      return { command: ipvsCommand.setService, attributes: { service: encodeService(operation.service) } };
    case 'delete-service':
      return { command: ipvsCommand.deleteService, attributes: { service: encodeServiceKey(operation.service) } };
    case 'add-destination':
    case 'edit-destination':
      return {
        command: operation.kind === 'add-destination' ? ipvsCommand.newDestination : ipvsCommand.setDestination,
        attributes: {
          service: encodeServiceKey(operation.service),
          destination: encodeDestination(operation.destination),
        },
      };
    case 'delete-destination':
      return {
        command: ipvsCommand.deleteDestination,
        attributes: {
          service: encodeServiceKey(operation.service),
          destination: encodeDestinationKey(operation.destination),
        },
      };
    case 'zero':
      return {
        command: ipvsCommand.zero,
        attributes: operation.service === undefined ? {} : { service: encodeServiceKey(operation.service) },
      };
    case 'flush':
      return { command: ipvsCommand.flush, attributes: {} };
  }
};
