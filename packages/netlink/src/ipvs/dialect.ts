// Names of generic netlink messages, IPVS and family lookup, for debug output.
import { readAttributes } from '../codec/attribute.ts';
import type { Dialect } from '../codec/describe.ts';
import { controlCommand, controlFamily, controlTable, decodeGeneric } from '../codec/generic.ts';
import { commandTable, infoTable, ipvsCommand } from './command.ts';

export const ipvsDialect: Dialect = ({ type, payload }) => {
  const { command, attributes } = decodeGeneric(payload);
  if (type === controlFamily)
    return { name: nameOf(controlCommand, command), values: readAttributes(controlTable, attributes) };
  const values =
    command === ipvsCommand.setInfo ? readAttributes(infoTable, attributes) : readAttributes(commandTable, attributes);
  return { name: nameOf(ipvsCommand, command), values };
};

const nameOf = (commands: Readonly<Record<string, number>>, command: number): string =>
  Object.entries(commands).find(([, number]) => number === command)?.[0] ?? `command ${command}`;
