// The scenario runner: reading, running, writing back.
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatScenario, type Handlers, parseScenario, runScenario } from '@vipward/testkit';
import { scenarioTests } from '@vipward/testkit/jest';
import fc from 'fast-check';

const counter = (): Handlers => {
  let value = 0;
  return {
    add: ({ words: [word = ''], options }) => {
      const amount = Number(word) * Number(options.by ?? 1);
      if (Number.isNaN(amount)) throw new Error(`not a number: ${word}`);
      const was = value;
      value += amount;
      return options.by === undefined ? '' : [`was ${was}`, '', `is ${value}  `];
    },
    show: () => String(value),
  };
};

scenarioTests(join(import.meta.dirname, 'scenarios'), counter);

describe('the scenario runner', () => {
  test('reads a command into words and options', () => {
    const [step] = parseScenario('advance 3s to=backup x=a=b\n').steps;
    expect(step?.command).toEqual({
      name: 'advance',
      words: ['3s'],
      options: { to: 'backup', x: 'a=b' },
      text: 'advance 3s to=backup x=a=b',
      line: 1,
    });
  });

  test('writes back what it ran, with comments where they were', async () => {
    const scenario = parseScenario('# begin\nadd 1\n----\nstale\n\n# then\nshow\n\n# end\n');
    const traces = await runScenario(scenario, counter());
    expect(formatScenario(scenario, traces)).toBe('# begin\nadd 1\n\n# then\nshow\n----\n1\n\n# end\n');
  });

  test('a trace that differs from the file shows', async () => {
    const text = 'add 1\nshow\n----\n2\n';
    const scenario = parseScenario(text);
    expect(formatScenario(scenario, await runScenario(scenario, counter()))).not.toBe(text);
  });

  test('an unknown command names its line and the known ones', async () => {
    const scenario = parseScenario('add 1\n\nsubtract 1\n');
    await expect(runScenario(scenario, counter())).rejects.toThrow('line 3: no command subtract (there are add, show)');
  });

  test('an inherited property is not a command', async () => {
    await expect(runScenario(parseScenario('constructor\n'), counter())).rejects.toThrow('no command constructor');
  });

  test('a line that is no command is refused with its number', () => {
    expect(() => parseScenario('add 1\n\n----\n')).toThrow('line 3: not a command');
  });

  test('reading what was written gives the same steps', () => {
    const line = fc.stringMatching(/^[a-z][a-z0-9]{0,4}( [a-z0-9=]{1,5}){0,2}$/);
    const trace = fc.array(fc.stringMatching(/^[!-~]{1,8}$/), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(line, trace), { minLength: 1, maxLength: 6 }), (steps) => {
        const text = steps.map(([command, lines]) => [command, ...(lines.length ? ['----', ...lines] : [])].join('\n'));
        const once = parseScenario(`${text.join('\n\n')}\n`);
        const traces = once.steps.map((step) => step.expected);
        expect(traces).toEqual(steps.map(([, lines]) => lines.join('\n')));
        expect(parseScenario(formatScenario(once, traces))).toEqual(once);
      }),
    );
  });
});
