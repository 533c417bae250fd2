// The time in a reload_time_file: keepalived's three forms, each with an optional Z for UTC. Pure.
import type { Millis } from '@vipward/config';

const form = /^(?:(\d{2}|\d{4})-(\d{2})-(\d{2}) )?(\d{2}):(\d{2}):(\d{2})(Z?)$/;

/**
 * ms since 1970 of the moment that the first line names, in the time zone of the process unless it says Z; `past` for a date that
 * has gone by; undefined when it is no time. A time without a date is the next one of the clock.
 */
export const reloadTime = (line: string, now: Millis): Millis | 'past' | undefined => {
  const [, year, month, day, hours, minutes, seconds, zone] = form.exec(line) ?? [];
  const parts = [hours, minutes, seconds].map(Number);
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = parts;
  if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
  const utc = zone === 'Z';
  if (year === undefined) {
    const today = dateOf(now, utc);
    const next = [0, 1, 2].map((days) => moment(utc, [today[0], today[1], today[2] + days], [hour, minute, second]));
    return next.find((at) => at > now);
  }
  const date = [Number(year) + (year.length === 2 ? 2000 : 0), Number(month) - 1, Number(day)] as const;
  const at = moment(utc, date, [hour, minute, second]);
  // 31st of February and the like.
  if (String(dateOf(at, utc)) !== String(date)) return undefined;
  return at > now ? at : 'past';
};

type Triple = readonly [number, number, number];

const moment = (utc: boolean, [year, month, day]: Triple, [hour, minute, second]: Triple): Millis =>
  utc ? Date.UTC(year, month, day, hour, minute, second) : new Date(year, month, day, hour, minute, second).getTime();

const dateOf = (at: Millis, utc: boolean): Triple => {
  const date = new Date(at);
  return utc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    : [date.getFullYear(), date.getMonth(), date.getDate()];
};

/** `2026-11-22 22:14:46`, in the time zone of the process. */
export const momentWords = (at: Millis): string => {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};
