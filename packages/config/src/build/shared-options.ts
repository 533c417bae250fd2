// The options that routes and rules have in common.
import type { IpFamily } from '../address.ts';
import type { Realms } from '../model.ts';
import type { Word } from '../source/words.ts';
import { isStatic, readRealms, readTrackGroup, type Surroundings, skipSwallowed, unknownOption } from './line-words.ts';
import { present } from './values.ts';
import type { WordCursor } from './word-cursor.ts';

interface SharedDraft {
  family?: IpFamily;
  tos?: number;
  realms?: Realms;
  noTrack?: boolean;
  trackGroup?: string;
}

/** Whether the word is such an option, which is then read into the draft with the words that belong to it. */
export const readSharedOption = (word: Word, cursor: WordCursor, draft: SharedDraft, around: Surroundings): boolean => {
  const { names, report } = around;
  switch (word.text) {
    case 'inet':
    case 'inet6':
      draft.family = word.text === 'inet' ? 4 : 6;
      skipSwallowed(word, cursor, around);
      return true;
    case 'tos':
    case 'dsfield': {
      const what = 'a TOS value (hexadecimal, or name in rt_dsfield)';
      Object.assign(
        draft,
        present(
          'tos',
          cursor.read(word, what, (text) => names('dsfield', text)),
        ),
      );
      return true;
    }
    case 'realms':
      Object.assign(draft, present('realms', readRealms(word, cursor, names)));
      return true;
    case 'no_track':
      draft.noTrack = true;
      return true;
    case 'track_group':
      if (isStatic(around))
        Object.assign(draft, present('trackGroup', readTrackGroup(word, draft.trackGroup, cursor, report)));
      else unknownOption(word, cursor, around.path);
      return true;
    default:
      return false;
  }
};
