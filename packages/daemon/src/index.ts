// The public face of the daemon: run it, be one of its workers, or load a configuration as it does.
export { hostLinks } from './command/host-links.ts';
export { type Loaded, loadConfig } from './command/load.ts';
export { type OptionRow, optionTable } from './command/option-table.ts';
export { type DaemonInvocation, runDaemon } from './command/run.ts';
export { signalNumbers } from './command/signals.ts';
export { diskReader, readerWithPipe } from './files/disk-reader.ts';
export { defaultConfigId, surroundingsOf } from './files/surroundings.ts';
export { runWorker } from './worker/roles.ts';
