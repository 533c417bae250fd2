// What the reference pages, the editor and completion say about keywords: all made from the keyword table.
export { blockTable } from '../keywords/table.ts';
export { argumentWords } from './argument-words.ts';
export { type CorpusDisagreement, compatibilityPage } from './compatibility-page.ts';
export { DIFFERENCES, type Difference, type DifferenceTopic } from './differences.ts';
export { keywordPages } from './keyword-pages.ts';
export { argumentsText, describeKeyword, isActedOn, repeatText } from './keyword-text.ts';
