// What only reads a configuration: `-t` and the validator, without anything that a running daemon needs.
export { type Loaded, loadInNamespace } from './command/load.ts';
export { parseDaemonCommand } from './command/options.ts';
export { testConfig } from './command/test-config.ts';
export { diskReader, readerWithPipe } from './files/disk-reader.ts';
export { defaultConfigId, surroundingsOf } from './files/surroundings.ts';
