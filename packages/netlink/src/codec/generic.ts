// Generic netlink: its 4-byte header, and the question "which number has family NAME?".
import { readAttributes } from './attribute.ts';
import { atLeast, type ByteWriter, slice, type Window } from './bytes.ts';
import { text, u16, u32 } from './field.ts';

export const genericHeaderLength = 4;

/** The family that knows the others: fixed number GENL_ID_CTRL. */
export const controlFamily = 0x10;
export const controlCommand = { newFamily: 1, getFamily: 3 } as const;

/** CTRL_ATTR_* */
export const controlTable = {
  familyId: [1, u16],
  familyName: [2, text],
  version: [3, u32],
  headerSize: [4, u32],
  maxAttribute: [5, u32],
} as const;

export interface GenericMessage {
  readonly command: number;
  readonly version: number;
  readonly attributes: Window;
}

export const writeGenericHeader = (writer: ByteWriter, command: number, version: number): void => {
  writer.u8(command);
  writer.u8(version);
  writer.u16(0);
};

export const decodeGeneric = (payload: Window): GenericMessage => {
  atLeast(payload, genericHeaderLength, 'generic netlink header');
  return {
    command: payload.view.getUint8(payload.start),
    version: payload.view.getUint8(payload.start + 1),
    attributes: slice(payload, payload.start + genericHeaderLength, payload.end),
  };
};

/** The family number in a CTRL_CMD_NEWFAMILY reply; undefined when it has none. */
export const decodeFamilyId = (payload: Window): number | undefined =>
  readAttributes(controlTable, decodeGeneric(payload).attributes).familyId;
