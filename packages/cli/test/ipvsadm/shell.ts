// The few shell constructs of the transcripts: words, pipes, redirections, `;` and `&&`, printf, cmp, wc.

export interface Programs {
  /** Runs ipvsadm with standard input; resolves with the exit status. */
  readonly ipvsadm: (args: readonly string[], stdin: string, streams: Streams) => Promise<number>;
}

export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Standard output for who wants text; a character may not be cut in two. */
export const textTo =
  (take: (text: string) => void): ((piece: string | Uint8Array) => void) =>
  (piece) =>
    take(typeof piece === 'string' ? piece : new TextDecoder('utf-8', { fatal: true }).decode(piece));

export interface Shell {
  /** Output (stdout and stderr merged) and exit status; undefined for a line with a program that is not known here. */
  run(line: string): Promise<{ output: string; exit: number } | undefined>;
}

type Token = { readonly word: string } | { readonly operator: string };

interface Stage {
  words: string[];
  from?: string;
  to?: string;
}

export const createShell = ({ ipvsadm }: Programs): Shell => {
  const files = new Map<string, string>();

  const runStage = async ({ words, from }: Stage, input: string, streams: Streams): Promise<number> => {
    const [program, ...args] = words;
    const stdin = from === undefined ? input : (files.get(from) ?? '');
    switch (program) {
      case 'ipvsadm':
        return ipvsadm(args, stdin, streams);
      case 'ipvsadm-save':
        return ipvsadm(['-S', ...args], '', streams);
      case 'ipvsadm-restore':
        await ipvsadm(['-C'], '', streams);
        return ipvsadm(['-R'], stdin.replaceAll(/^#.*\n/gm, ''), streams);
      case 'printf':
        streams.stdout(unescaped(args[0] === '--' ? (args[1] ?? '') : (args[0] ?? '')));
        return 0;
      case 'echo':
        streams.stdout(`${args.join(' ')}\n`);
        return 0;
      case 'wc':
        streams.stdout(`${stdin.split('\n').length - 1}\n`);
        return 0;
      default:
        return stdin === files.get(args[1] ?? '') ? 0 : 1; // cmp - FILE
    }
  };

  const runPipe = async (stages: readonly Stage[], streams: Streams): Promise<number> => {
    let piped = '';
    let exit = 0;
    for (const [i, stage] of stages.entries()) {
      const gathered: string[] = [];
      const last = i === stages.length - 1 && stage.to === undefined;
      const stdout = last ? streams.stdout : (text: string) => void gathered.push(text);
      exit = await runStage(stage, piped, { stdout, stderr: streams.stderr });
      piped = gathered.join('');
      if (stage.to !== undefined) files.set(stage.to, piped);
    }
    return exit;
  };

  return {
    async run(line) {
      const lists = readLine(line);
      if (!lists) return undefined;
      const pieces: string[] = [];
      const streams = {
        stdout: (text: string) => void pieces.push(text),
        stderr: (text: string) => void pieces.push(text),
      };
      let exit = 0;
      for (const { stages, onlyAfterSuccess } of lists) {
        if (!onlyAfterSuccess || exit === 0) exit = await runPipe(stages, streams);
      }
      return { output: pieces.join(''), exit };
    },
  };
};

const knownPrograms = ['ipvsadm', 'ipvsadm-save', 'ipvsadm-restore', 'printf', 'echo', 'cmp', 'wc'];

const readLine = (line: string): { stages: Stage[]; onlyAfterSuccess: boolean }[] | undefined => {
  const lists = [{ stages: [{ words: [] as string[] } as Stage], onlyAfterSuccess: false }];
  let redirect: 'from' | 'to' | undefined;
  for (const token of tokens(line)) {
    const list = lists.at(-1);
    const stage = list?.stages.at(-1);
    if (!list || !stage) return undefined;
    if ('word' in token) {
      if (redirect) stage[redirect] = token.word;
      else stage.words.push(token.word);
      redirect = undefined;
    } else if (token.operator === '|') list.stages.push({ words: [] });
    else if (token.operator === '<') redirect = 'from';
    else if (token.operator === '>') redirect = 'to';
    else lists.push({ stages: [{ words: [] }], onlyAfterSuccess: token.operator === '&&' });
  }
  const programs = lists.flatMap(({ stages }) => stages.map(({ words }) => words[0] ?? ''));
  return programs.every((program) => knownPrograms.includes(program)) ? lists : undefined;
};

const tokens = (line: string): Token[] =>
  [...line.matchAll(/\s*(&&|[|;<>]|(?:'[^']*'|"[^"]*"|\\.|[^\s|;<>&'"\\])+)/g)].map(([, text = '']) =>
    /^(?:&&|[|;<>])$/.test(text)
      ? { operator: text }
      : {
          word: text.replaceAll(
            /'([^']*)'|"([^"]*)"|\\(.)/g,
            (_, single, double, escaped) => single ?? double ?? escaped,
          ),
        },
  );

const unescaped = (text: string): string =>
  text.replaceAll(/\\([ntrvf0\\])/g, (_, letter: string) => escapes[letter] ?? letter);
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '0': '\0', '\\': '\\' };
