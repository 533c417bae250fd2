// Takes the place of the sockets addon: one netlink socket, at whose other end is a kernel's IPVS with little more than a memory.
import { walkAttributes, writeAttributes } from '../../packages/netlink/src/codec/attribute.ts';
import { ByteWriter, copyOf } from '../../packages/netlink/src/codec/bytes.ts';
import {
  controlCommand,
  controlFamily,
  controlTable,
  decodeGeneric,
  writeGenericHeader,
} from '../../packages/netlink/src/codec/generic.ts';
import { controlType, decodeMessages, messageFlag, writeMessage } from '../../packages/netlink/src/codec/message.ts';
import {
  commandTable,
  infoTable,
  ipvsCommand,
  stats32Table,
  stats64Table,
} from '../../packages/netlink/src/ipvs/command.ts';

const ipvsFamily = 0x20;
const addressSpace = 128;
const EAGAIN = 11;

/** From now on every addon that is loaded is the pretended one; `sent` counts what reached it. */
export const pretendAddon = () => {
  const kernel = { sent: 0, services: [], destinations: [] };
  const answers = [];
  let arena;
  let meta;
  let dataStart = 0;
  const nothing = () => 0;
  const addon = {
    open: () => 1,
    openIn: () => 1,
    bind: nothing,
    close: nothing,
    hold: nothing,
    setOption: nothing,
    getOption(_handle, _level, _name, out) {
      new DataView(out.buffer, out.byteOffset).setInt32(0, 1 << 23, true);
      return 4;
    },
    localAddress(_handle, out) {
      out[0] = 16;
      return 2;
    },
    listen(_handle, bytes, numbers, _dataSpace, controlSpace) {
      [arena, meta, dataStart] = [bytes, numbers, addressSpace + controlSpace];
      return 0;
    },
    send(_handle, buffers) {
      kernel.sent += 1;
      for (const message of decodeMessages(new Uint8Array(Buffer.concat(buffers)))) {
        const writer = new ByteWriter();
        answer(kernel, message, writer);
        if (writer.length > 0) answers.push(writer.written());
      }
      return 0;
    },
    receive() {
      const next = answers.shift();
      if (next === undefined) return -EAGAIN;
      arena.fill(0, 0, 12);
      arena.set(next, dataStart);
      meta.set([next.length, 12, 0, 0]);
      return 0;
    },
  };
  // The functions that this program never calls have to be there too.
  const whole = new Proxy(addon, { get: (target, name) => target[name] ?? nothing });
  process.dlopen = (module) => {
    module.exports = whole;
  };
  return kernel;
};

const answer = (kernel, { type, flags, sequence, payload }, writer) => {
  const { command, attributes } = decodeGeneric(payload);
  const reply = (replyType, replyFlags, write) =>
    writeMessage(writer, { type: replyType, flags: replyFlags, sequence }, write);
  const generic = (of, number, write) =>
    reply(of, messageFlag.multi, (into) => {
      writeGenericHeader(into, number, 1);
      write(into);
    });
  if (type === controlFamily) {
    generic(type, controlCommand.newFamily, (into) => writeAttributes(into, controlTable, { familyId: ipvsFamily }));
  } else if (command === ipvsCommand.getInfo) {
    generic(type, ipvsCommand.setInfo, (into) =>
      writeAttributes(into, infoTable, { version: 0x10201, connectionTableSize: 4096 }),
    );
  } else {
    const given = new Map();
    walkAttributes(attributes, (number, _flags, value) => given.set(number, { ...value }));
    const service = given.get(commandTable.service[0]);
    const destination = given.get(commandTable.destination[0]);
    switch (command) {
      case ipvsCommand.newService:
        kernel.services.push(copyOf(service));
        break;
      case ipvsCommand.newDestination:
        kernel.destinations.push({ of: keyOf(copyOf(service)), bytes: copyOf(destination) });
        break;
      case ipvsCommand.getService:
        for (const bytes of kernel.services)
          if (service === undefined || keyOf(copyOf(service)) === keyOf(bytes))
            generic(type, ipvsCommand.newService, (into) => writeNested(into, commandTable.service, bytes, []));
        break;
      case ipvsCommand.getDestination:
        for (const { of, bytes } of kernel.destinations)
          if (of === keyOf(copyOf(service)))
            generic(type, ipvsCommand.newDestination, (into) =>
              writeNested(into, commandTable.destination, bytes, [7, 8, 9]),
            );
        break;
      case ipvsCommand.flush:
        kernel.services = [];
        kernel.destinations = [];
        break;
    }
  }
  if ((flags & messageFlag.dump) === messageFlag.dump)
    reply(controlType.done, messageFlag.multi, (into) => into.u32(0));
  else if ((flags & messageFlag.ack) !== 0)
    reply(controlType.error, messageFlag.capped, (into) => {
      into.u32(0);
      into.zeros(16);
    });
};

/** Family, protocol, address and port, which every request that names a service begins with; another is no key of an address. */
const keyOf = (service) => Buffer.from(service.subarray(0, 44)).toString('latin1');

// As it was given, and the counters that the kernel keeps.
const writeNested = (writer, [type, { flags }], bytes, counters) => {
  const whole = new ByteWriter();
  whole.put(bytes);
  whole.align();
  for (const counter of counters) {
    whole.u16(8);
    whole.u16(counter);
    whole.u32(0);
  }
  for (const [number, table] of [
    [10, stats32Table],
    [12, stats64Table],
  ]) {
    const stats = new ByteWriter();
    const none = Object.fromEntries(
      Object.entries(table).map(([name, [, field]]) => [
        name,
        field === stats32Table.inBytes[1] || table === stats64Table ? 0n : 0,
      ]),
    );
    writeAttributes(stats, table, none);
    whole.u16(4 + stats.length);
    whole.u16(0x8000 | number);
    whole.put(stats.written());
  }
  writer.u16(4 + whole.length);
  writer.u16(type | flags);
  writer.put(whole.written());
};
