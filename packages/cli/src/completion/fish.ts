// The completion script for fish.
import type { CommandShape, OptionShape, Proposal } from './model.ts';
import { contextsOf, programsOf } from './words.ts';

/** A file vipward.fish in ~/.config/fish/completions, or read by `vipward completion fish | source`. */
export const fishScript = (
  shapes: readonly CommandShape[],
): string => `# fish completion for vipward; made by: vipward completion fish
function __vipward_at
    set -l tokens (commandline -opc)
    set -l context (string replace -r '.*/' '' -- $tokens[1])
    for token in $tokens[2..-1]
        switch "$context $token"
            case ${contextsOf(shapes).map(quoted).join(' ')}
                set context "$context $token"
        end
    end
    test "$context" = "$argv[1]"
end
${programsOf(shapes)
  .map((program) => `complete -c ${program} -f`)
  .join('\n')}
${shapes.flatMap(lines).join('\n')}
`;

// fish knows two escapes between single quotes.
const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

const lines = ({ context, commands, options, argument }: CommandShape): readonly string[] => {
  const head = `complete -c ${context.split(' ')[0] ?? ''} -n ${quoted(`__vipward_at ${quoted(context)}`)}`;
  return [
    ...commands.map(({ name, help }) => `${head} -a ${quoted(name)} -d ${quoted(help)}`),
    ...(argument.kind === 'none' ? [] : [`${head} ${proposal(argument)}`]),
    ...options.map((option) => `${head} ${optionWords(option)}`),
  ];
};

const optionWords = ({ names, value, help }: OptionShape): string =>
  [
    ...names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
    ...(value === undefined ? [] : [`${value.kind === 'file' ? '-r' : '-x'} ${proposal(value)}`.trimEnd()]),
    ...(help === '' ? [] : [`-d ${quoted(help)}`]),
  ].join(' ');

const proposal = (value: Proposal): string => {
  switch (value.kind) {
    case 'none':
      return '';
    case 'file':
      return '-F';
    case 'words':
      return `-a ${quoted(value.words.join(' '))}`;
  }
};
