// Which number generic netlink has given to IPVS. Asking makes the kernel load the module, where it has one.
import { writeAttributes } from '../codec/attribute.ts';
import { controlCommand, controlFamily, controlTable, decodeFamilyId, writeGenericHeader } from '../codec/generic.ts';
import { NetlinkError } from '../errors.ts';
import type { Channel } from '../transport/channel.ts';
import { ask } from '../transport/request.ts';
import { ipvsFamilyName } from './command.ts';

/** Rejects with NetlinkError IPVS_ABSENT when the kernel has no IPVS. */
export const resolveIpvsFamily = async (channel: Channel): Promise<number> => {
  const request = {
    type: controlFamily,
    flags: 0,
    operation: () => operation,
    payload(writer: Parameters<typeof writeGenericHeader>[0]) {
      writeGenericHeader(writer, controlCommand.getFamily, 1);
      writeAttributes(writer, controlTable, { familyName: ipvsFamilyName });
    },
  };
  try {
    const [id] = await ask(channel, request, ({ payload }) => decodeFamilyId(payload));
    if (id !== undefined) return id;
  } catch (error) {
    if (!(error instanceof NetlinkError && error.errno === ENOENT)) throw error;
  }
  throw new NetlinkError({
    code: 'IPVS_ABSENT',
    operation,
    errno: ENOENT,
    errnoName: 'ENOENT',
    message: 'this kernel has no IPVS: load it with `modprobe ip_vs`, or build the kernel with CONFIG_IP_VS',
  });
};

const operation = 'find IPVS in the kernel';
const ENOENT = 2;
