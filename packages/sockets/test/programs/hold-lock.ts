// Locks the file named first and holds it until it is killed; says "held", or "refused by PID" and ends.
import { lockFile } from '../../src/index.ts';

const [, , path = '', text = ''] = process.argv;
const lock = lockFile(path);
if (lock.held) {
  lock.write(text);
  console.log('held');
  setInterval(() => {}, 1000);
} else {
  console.log(`refused by ${lock.by}`);
}
