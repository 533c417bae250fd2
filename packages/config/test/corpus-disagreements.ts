// Where vipward deliberately says something else of a real file than keepalived 2.2.7 does, and why. A test holds this list to be exact.

export interface CorpusDisagreement {
  /** Name of the file in the corpus. */
  readonly file: string;
  readonly reason: string;
}

export const corpusDisagreements: readonly CorpusDisagreement[] = [
  {
    file: '077.conf',
    reason:
      'The last line has no line end; 2.2.7 does not count it and names line 123 for what stands in line 124, which vipward names.',
  },
  {
    file: '116.conf',
    reason:
      'The name VI_\\#1 holds an escaped #, which 2.4.3 and vipward take as part of the name. 2.2.7 takes it as a comment, misses the { and loses the rest of the block.',
  },
  {
    file: '182.conf',
    reason:
      'A comment line that holds double quotes and ends in a backslash: 2.2.7 reports the backslash as a keyword. 2.4.3 and vipward drop the comment.',
  },
];
