// How the machine's lines reach the log: what adverts make it say is limited, since others decide how many there are.
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import type { Effect } from '../machine/model.ts';
import type { VrrpLog } from './log.ts';

const REPEAT: Millis = 1000;

export class MachineLog {
  readonly #log: VrrpLog;
  readonly #sayLimited: (text: string) => void;
  readonly #warnLimited: (text: string) => void;

  constructor(clock: Clock, log: VrrpLog) {
    this.#log = log;
    this.#sayLimited = limitLines(clock, (text) => log.info(text), REPEAT);
    this.#warnLimited = limitLines(clock, (text) => log.warning(text), REPEAT);
  }

  say({ level, detail, text }: Extract<Effect, { readonly kind: 'log' }>, limited: boolean): void {
    if (detail) this.#log.detail(text);
    else if (limited) (level === 'warning' ? this.#warnLimited : this.#sayLimited)(text);
    else if (level === 'warning') this.#log.warning(text);
    else this.#log.info(text);
  }
}
