// The users' own configurations, with shorter timers where a test would only wait.
import { readFileSync } from 'node:fs';

const seed = new URL('../../../shared/seed/', import.meta.url);

/** A file of the seed as it was written. */
export const seedFile = (name: 'director-a.conf' | 'director-b.conf' | 'http-get-block.conf'): string =>
  readFileSync(new URL(name, seed), 'utf8');

export interface Timers {
  /** Seconds between adverts; the seed has 5. */
  readonly advert?: number;
}

/** Checks every second, one retry after a second, a second and a half to connect; every other word stays. */
export const shorten = (text: string, { advert = 1 }: Timers = {}): string =>
  text
    .replace(/advert_int \d+/g, `advert_int ${advert}`)
    .replace(/delay_loop \d+/g, 'delay_loop 1')
    .replace(/connect_timeout 10\b/g, 'connect_timeout 1.5')
    .replace(/nb_get_retry \d+/g, 'nb_get_retry 1')
    .replace(/delay_before_retry \d+/g, 'delay_before_retry 1');

/** Director A's file for its partner: the same virtual router and table, priority 90. */
export const partnerOf = (text: string): string =>
  text.replace(/priority 100/, 'priority 90').replace(/^ *nopreempt\n/m, '');

/** The real servers of a file checked by the seed's HTTP_GET block instead of TCP_CHECK. */
export const withHttpCheck = (text: string): string => {
  const block = /HTTP_GET \{[\s\S]*?delay_before_retry \d+\s*\}/.exec(seedFile('http-get-block.conf'))?.[0] ?? '';
  return text.replace(/TCP_CHECK \{[^}]*\}/g, block);
};
