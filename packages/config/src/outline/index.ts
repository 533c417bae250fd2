// The shape of one file as it is written: for editors, which need places and names where the file is not finished yet.
export { expandBraces, matchInclude } from '../source/include.ts';
export { directoryOf } from '../source/reader.ts';
export { locationOf, type Word } from '../source/words.ts';
export { type CursorContext, cursorContext } from './cursor.ts';
export { type Entry, type Frame, type KeywordEntry, topFrame, type ValueEntry } from './entry.ts';
export { definedName, type NameKind, type NameUse, nameAt, parametersIn, referencesOf } from './names.ts';
export { entryAt, lengthOf, type Outline, type OutlineOptions, outlineOf, type WordAt } from './outline.ts';
