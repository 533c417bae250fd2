// The face of the regular expressions, for those who run what a configuration holds.
export { type TranslatedRegex, translateRegex } from './translate.ts';
