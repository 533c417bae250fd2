// The statements of one block, and the rules against repeating.
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { nameOf, type Statement } from './block.ts';

export class StatementList {
  readonly #statements: Statement[] = [];
  readonly #report: Report;
  /** The last place of each keyword, made when a keyword comes that may stand only once. */
  #places: Map<string, number> | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  get statements(): readonly Statement[] {
    return this.#statements;
  }

  /** Takes a statement in, unless the rule of its row says that it does not count. */
  add(statement: Statement): void {
    const { row } = statement;
    const before = row.repeat === 'adds' || row.repeat === 'last' ? undefined : this.#last(nameOf(statement));
    if (before === undefined) this.#append(statement);
    else if (row.repeat === 'first-if-other' && numberIn(before) === numberIn(statement)) return;
    else if (row.changeable !== undefined && numberIn(before) === row.changeable) this.#append(statement);
    else this.#repeated(statement, before);
  }

  #last(name: string): Statement | undefined {
    this.#places ??= new Map(this.#statements.map((other, i) => [nameOf(other), i]));
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#statements[place];
  }

  #append(statement: Statement): void {
    this.#places?.set(nameOf(statement), this.#statements.length);
    this.#statements.push(statement);
  }

  #repeated(statement: Statement, before: Statement): void {
    const { row, keyword } = statement;
    const lastCounts = row.repeat === 'last-reported';
    const which = lastCounts ? 'the last one counts' : 'only the first one counts';
    const severity = lastCounts ? 'warning' : 'error';
    this.#report(severity, 'repeated-keyword', `${keyword.text} is given again; ${which}`, locationOf(keyword), {
      related: [{ at: locationOf(before.keyword), message: 'the first one is here' }],
    });
    if (lastCounts) this.#statements.push(statement);
  }
}

const numberIn = ({ value }: Statement): number | undefined => (value?.kind === 'number' ? value.value : undefined);
