// Takes the place of the sockets addon in a command that lists: answers each question with the datagrams of a file that
// listing.ts has written. For runs that are measured where there is no IPVS: little is made or read before it is asked for.
const { openSync, readFileSync, readSync } = require('node:fs');

const folder = process.env.VIPWARD_ANSWERS;
/** For each command its answers in turn, the last one again and again: offsets and lengths of datagrams in the file. */
const answers = JSON.parse(readFileSync(`${folder}/index.json`, 'utf8'));
const file = openSync(`${folder}/datagrams`);
const controlFamily = 0x10;
const addressSpace = 128;
const EAGAIN = 11;

const waiting = [];
let arena;
let meta;
let data = 0;
let deliver;
let sequence = 0;

const receive = () => {
  if (waiting.length === 0) return -EAGAIN;
  const [offset, length] = waiting.splice(0, 2);
  arena.fill(0, 0, 12);
  readSync(file, arena, data, length, offset);
  const view = new DataView(arena.buffer, arena.byteOffset + data);
  for (let at = 0; at < length; at += (view.getUint32(at, true) + 3) & ~3) view.setUint32(at + 8, sequence, true);
  meta.set([length, 12, 0, 0]);
  return 0;
};

// What was not taken at once comes by the event loop.
const poll = () => {
  while (receive() === 0) deliver(0);
};

const nothing = () => 0;
const addon = {
  open: () => 1,
  getOption(_handle, _level, _name, out) {
    new DataView(out.buffer, out.byteOffset).setInt32(0, 1 << 23, true);
    return 4;
  },
  localAddress(_handle, out) {
    out[0] = 16;
    return 2;
  },
  listen(_handle, bytes, numbers, _dataSpace, controlSpace, callback) {
    [arena, meta, data, deliver] = [bytes, numbers, addressSpace + controlSpace, callback];
    return 0;
  },
  send(_handle, [datagram]) {
    const view = new DataView(datagram.buffer, datagram.byteOffset);
    sequence = view.getUint32(8, true);
    const list = answers[view.getUint16(4, true) === controlFamily ? 'family' : datagram[16]];
    waiting.push(...(list.length > 1 ? list.shift() : list[0]));
    setImmediate(poll);
    return 0;
  },
  receive,
};
const whole = new Proxy(addon, { get: (target, name) => target[name] ?? nothing });
process.dlopen = (module) => {
  module.exports = whole;
};
