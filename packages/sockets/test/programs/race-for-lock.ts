// Takes and gives back a lock, removing the file, as often as the second argument says; counts who else was inside.
import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { lockFile } from '../../src/index.ts';

const [, , path = '', times = '0'] = process.argv;
const inside = `${path}.inside`;
let taken = 0;
let clashes = 0;
while (taken < Number(times)) {
  const lock = lockFile(path);
  if (!lock.held) continue;
  taken++;
  if (existsSync(inside)) clashes++;
  writeFileSync(inside, '');
  lock.write(`${process.pid}\n`);
  unlinkSync(inside);
  lock.release({ remove: true });
}
console.log(`clashes ${clashes}`);
