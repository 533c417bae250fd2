// What every text must leave standing: parsing, rendering, outlining and formatting end, soon, without an exception, and a
// formatted text is formatted and means the same.
import { formatConfig } from '../../src/format/format.ts';
import { memoryReader, parseConfig, renderDiagnostic } from '../../src/index.ts';
import { outlineOf } from '../../src/outline/index.ts';
import { meaningOf } from '../meaning.ts';

const FILE = '/etc/keepalived/keepalived.conf';
/** Longest time of the processor for one text, in ms. */
const LIMIT = 1000;

/** Throws when the text is too much for any stage. */
export const endure = (text: string): void => {
  const start = process.cpuUsage();
  // The file includes itself where it includes anything that matches, which is the worst case.
  const others = { '/etc/keepalived/x.conf': text.slice(0, 100) };
  const read = memoryReader({ ...others, [FILE]: text });
  const { diagnostics } = parseConfig({ file: FILE, read, configId: 'node1', random: (min) => min });
  for (const diagnostic of diagnostics)
    if (renderDiagnostic(diagnostic) === '') throw new Error(`nothing is said of ${diagnostic.code}`);
  const lines = text.split('\n').length;
  const astray = diagnostics.find(({ at }) => at.file === FILE && (at.line < 1 || at.line > lines || at.column < 1));
  if (astray !== undefined) throw new Error(`${astray.code} is placed at ${astray.at.line}:${astray.at.column}`);
  outlineOf(FILE, text, { configId: 'node1' });
  const once = formatConfig({ file: FILE, text, configId: 'node1' });
  if (once.kind === 'formatted') {
    const twice = formatConfig({ file: FILE, text: once.text, configId: 'node1' });
    if (twice.kind === 'refused' || twice.text !== once.text) throw new Error('formatting twice changes the text');
    if (meaningOf(FILE, once.text, 'node1', others) !== meaningOf(FILE, text, 'node1', others))
      throw new Error('formatting changes what the text means');
  }
  // Time of the processor: waiting for it on a busy machine is no hang.
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > LIMIT) throw new Error(`took ${Math.round(took)} ms`);
};
