// vrrp_script: commands that instances watch.
import type { Block, Statement } from '../blocks/block.ts';
import type { ScriptUser, VrrpScript } from '../model.ts';
import type { Report } from '../source/report.ts';
import { account, at, find, has, lastNumber, millis, present, script, valueIn } from './values.ts';

const INTERVAL = 1000;

/** Undefined when there is no name or no command; that is reported. */
export const buildVrrpScript = (
  statement: Statement,
  block: Block,
  scriptUser: ScriptUser | undefined,
  report: Report,
): VrrpScript | undefined => {
  const name = nameText(statement);
  if (name === undefined) return undefined;
  const command = script(block, 'script');
  if (command === undefined) {
    report('error', 'script-without-command', `vrrp_script ${name} has no usable script and is dropped`, at(statement));
    return undefined;
  }
  const weight = valueIn(find(block, 'weight'), 'number');
  const interval = millis(block, 'interval') ?? INTERVAL;
  const intervalAt = find(block, 'interval');
  if (interval === 0 && intervalAt !== undefined)
    report('error', 'out-of-range', 'interval 0 is not possible; 1 second is taken', at(intervalAt));
  const period = interval === 0 ? INTERVAL : interval;
  const timeoutAt = find(block, 'timeout');
  const timeout = millis(block, 'timeout') ?? period;
  if (timeout === 0 && timeoutAt !== undefined)
    report('error', 'out-of-range', 'timeout 0 is not possible; 1 second is taken', at(timeoutAt));
  if (timeout > period && timeoutAt !== undefined)
    report('note', 'timer-without-effect', `timeout is longer than the interval of ${period / 1000} s`, at(timeoutAt), {
      hint: 'a run that takes so long delays the next one',
    });
  const user = account(block, 'user') ?? scriptUser;
  return {
    name,
    script: { argv: command.argv, ...present('user', user) },
    interval: period,
    weight: weight?.value ?? 0,
    reverse: weight?.option === 'reverse',
    timeout: timeout === 0 ? INTERVAL : timeout,
    rise: lastNumber(block, 'rise') ?? 1,
    fall: lastNumber(block, 'fall') ?? 1,
    initFail: has(block, 'init_fail'),
    at: at(statement),
  };
};

/** The name of a named block; its absence has been reported. */
export const nameText = (statement: Statement): string | undefined => valueIn(statement, 'text')?.text;
