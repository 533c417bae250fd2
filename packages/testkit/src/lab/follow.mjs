// Follows a growing file and hands on what is new, as tail -f does.
import { closeSync, openSync, readSync } from 'node:fs';

/** Calls onBytes with everything written to the file, every 50 ms and once more at end(). */
export function followFile(path, onBytes) {
  const fd = openSync(path, 'r');
  const buffer = Buffer.alloc(65536);
  let open = true;
  const drain = () => {
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer)) {
      onBytes(Buffer.from(buffer.subarray(0, size)));
    }
  };
  const timer = setInterval(drain, 50);
  return {
    end() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      drain();
      closeSync(fd);
    },
  };
}
