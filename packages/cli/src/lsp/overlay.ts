// Files as the editor has them: what is open there goes before what is on the disk.
import { normalize } from 'node:path';
import type { SourceReader } from '@vipward/config';

/** `open` maps normalized absolute paths to texts. A pattern such as `*.conf` finds what is on the disk. */
export const overlayReader = (open: ReadonlyMap<string, string>, disk: SourceReader): SourceReader => ({
  text: (path) => {
    const text = open.get(normalize(path));
    return text === undefined ? disk.text(path) : { kind: 'text', text };
  },
  glob: (pattern, directory) => disk.glob(pattern, directory),
});
