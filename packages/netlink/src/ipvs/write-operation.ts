// Operations straight into a datagram: the bytes that the tables give, without an object on the way for destinations.
import type { IpAddress } from '@vipward/config/address';
import { ByteWriter, hostIsLittleEndian } from '../codec/bytes.ts';
import { genericHeaderLength } from '../codec/generic.ts';
import { messageFlag, messageHeaderLength } from '../codec/message.ts';
import { type RequestList, writeRequest } from '../transport/packet.ts';
import { addressFamilyNumber } from './address.ts';
import { commandTable, destinationTable, ipvsCommand, ipvsVersion, serviceTable } from './command.ts';
import { forwardingNumbers } from './destination.ts';
import { isSameService } from './key.ts';
import type { Destination, IpvsOperation, ServiceKey } from './model.ts';
import { describeOperation, operationRequest } from './operation.ts';

/** Operations as messages to family number `family`. */
export const operationList = (family: number, operations: readonly IpvsOperation[]): RequestList => {
  const operationWriter = new OperationWriter(family);
  return {
    length: operations.length,
    write(writer, index) {
      const operation = operations[index];
      if (operation !== undefined) operationWriter.write(writer, operation);
    },
    operation(index) {
      const operation = operations[index];
      return operation === undefined ? '' : describeOperation(operation);
    },
  };
};

/** Appends operations as messages. The tests hold it to operationRequest(), which writes by the tables. */
export class OperationWriter {
  readonly #family: number;
  readonly #template = new ByteWriter(256);
  #templateBytes: Uint8Array = new Uint8Array(0);
  #command = 0;
  #service: ServiceKey | undefined;
  #addressFamily = 0;

  constructor(family: number) {
    this.#family = family;
  }

  write(writer: ByteWriter, operation: IpvsOperation): void {
    // What there are ten thousands of is written by hand, the rest by the tables.
    if (
      (operation.kind === 'add-destination' || operation.kind === 'edit-destination') &&
      operation.destination.forwarding !== 'tunnel'
    ) {
      const command = operation.kind === 'add-destination' ? ipvsCommand.newDestination : ipvsCommand.setDestination;
      this.#writeDestination(writer, command, operation.service, operation.destination);
    } else writeRequest(writer, operationRequest(this.#family, operation));
  }

  // Destinations of one service stand together, and their messages differ in a few numbers: a copy of the one before takes them.
  #writeDestination(writer: ByteWriter, command: number, service: ServiceKey, destination: Destination): void {
    const { address } = destination.key;
    if (
      command !== this.#command ||
      address.family !== this.#addressFamily ||
      this.#service === undefined ||
      !isSameService(service, this.#service)
    ) {
      this.#template.truncate(0);
      writeDestination(this.#template, this.#family, command, service, destination);
      this.#templateBytes = this.#template.written();
      this.#command = command;
      this.#service = service;
      this.#addressFamily = address.family;
    }
    writer.put(this.#templateBytes);
    patchDestination(writer.view, writer.length - destinationLength, destination);
  }
}

// `at` is where the destination's attribute begins; the order is that of writeDestination().
const patchDestination = (
  view: DataView,
  at: number,
  { key, forwarding, weight, upperThreshold, lowerThreshold }: Destination,
): void => {
  const { bytes } = key.address;
  const first = at + 2 * attributeHeader;
  for (let i = 0; i < bytes.length; i++) view.setUint8(first + i, bytes[i] ?? 0);
  const numbers = at + attributeHeader + union + attributeHeader;
  view.setUint16(numbers, key.port);
  view.setUint32(numbers + scalar, forwardingNumbers[forwarding], little);
  view.setUint32(numbers + 2 * scalar, weight, little);
  view.setUint32(numbers + 3 * scalar, upperThreshold, little);
  view.setUint32(numbers + 4 * scalar, lowerThreshold, little);
};

const attributeHeader = 4;
/** An integer of up to 32 bits, its header and padding. */
const scalar = attributeHeader + 4;
/** union nf_inet_addr and its header. */
const union = attributeHeader + 16;

const head = messageHeaderLength + genericHeaderLength;
const addressServiceLength = attributeHeader + 3 * scalar + union;
const markServiceLength = attributeHeader + 2 * scalar;
const destinationLength = attributeHeader + union + 6 * scalar;

const writeDestination = (
  writer: ByteWriter,
  family: number,
  command: number,
  service: ServiceKey,
  { key, forwarding, weight, upperThreshold, lowerThreshold }: Destination,
): void => {
  const serviceLength = service.kind === 'address' ? addressServiceLength : markServiceLength;
  const length = head + serviceLength + destinationLength;
  let at = writer.reserve(length);
  const { view } = writer;

  view.setUint32(at, length, little);
  view.setUint16(at + 4, family, little);
  view.setUint16(at + 6, messageFlag.request, little);
  view.setUint32(at + 8, 0);
  view.setUint32(at + 12, 0);
  view.setUint8(at + 16, command);
  view.setUint8(at + 17, ipvsVersion);
  view.setUint16(at + 18, 0);

  at = header(view, at + head, type.service, serviceLength);
  if (service.kind === 'address') {
    at = u16(view, at, type.serviceFamily, addressFamilyNumber[service.address.family]);
    at = u16(view, at, type.protocol, service.protocol);
    at = address(view, at, type.serviceAddress, service.address);
    at = port(view, at, type.servicePort, service.port);
  } else {
    at = u16(view, at, type.serviceFamily, addressFamilyNumber[service.family]);
    at = u32(view, at, type.mark, service.mark);
  }
  at = header(view, at, type.destination, destinationLength);
  at = address(view, at, type.address, key.address);
  at = port(view, at, type.port, key.port);
  at = u32(view, at, type.forwarding, forwardingNumbers[forwarding]);
  at = u32(view, at, type.weight, weight);
  at = u32(view, at, type.upperThreshold, upperThreshold);
  at = u32(view, at, type.lowerThreshold, lowerThreshold);
  u16(view, at, type.family, addressFamilyNumber[key.address.family]);
};

const little = hostIsLittleEndian;

// The numbers of the tables, their flags included, looked up once.
const type = {
  service: commandTable.service[0] | commandTable.service[1].flags,
  serviceFamily: serviceTable.family[0],
  protocol: serviceTable.protocol[0],
  serviceAddress: serviceTable.address[0],
  servicePort: serviceTable.port[0],
  mark: serviceTable.mark[0],
  destination: commandTable.destination[0] | commandTable.destination[1].flags,
  address: destinationTable.address[0],
  port: destinationTable.port[0],
  forwarding: destinationTable.forwarding[0],
  weight: destinationTable.weight[0],
  upperThreshold: destinationTable.upperThreshold[0],
  lowerThreshold: destinationTable.lowerThreshold[0],
  family: destinationTable.family[0],
} as const;

// Each writes one attribute, padding included, and returns where the next begins.

const header = (view: DataView, at: number, typeAndFlags: number, length: number): number => {
  view.setUint16(at, length, little);
  view.setUint16(at + 2, typeAndFlags, little);
  return at + attributeHeader;
};

const u16 = (view: DataView, at: number, number: number, value: number): number => {
  const payload = header(view, at, number, attributeHeader + 2);
  view.setUint16(payload, value, little);
  view.setUint16(payload + 2, 0);
  return payload + 4;
};

const u32 = (view: DataView, at: number, number: number, value: number): number => {
  const payload = header(view, at, number, scalar);
  view.setUint32(payload, value, little);
  return payload + 4;
};

// In network order.
const port = (view: DataView, at: number, number: number, value: number): number => {
  const payload = header(view, at, number, attributeHeader + 2);
  view.setUint16(payload, value);
  view.setUint16(payload + 2, 0);
  return payload + 4;
};

const address = (view: DataView, at: number, number: number, { bytes }: IpAddress): number => {
  const payload = header(view, at, number, union);
  for (let i = 0; i < 16; i++) view.setUint8(payload + i, bytes[i] ?? 0);
  return payload + 16;
};
