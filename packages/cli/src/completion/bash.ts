// The completion script for bash.
import type { CommandShape, OptionShape, Proposal } from './model.ts';
import { contextsOf, programsOf, quoted } from './words.ts';

/** To be read by `source <(vipward completion bash)`. */
export const bashScript = (
  shapes: readonly CommandShape[],
): string => `# bash completion for vipward; made by: vipward completion bash
_vipward() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} context=\${COMP_WORDS[0]##*/} i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$context \${COMP_WORDS[i]}" in
      ${contextsOf(shapes).map(quoted).join(' | ')}) context="$context \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$context $before" in
${shapes.flatMap(valueCases).join('\n')}
  esac
  case "$context" in
${shapes.map(commandCase).join('\n')}
  esac
}
complete -o filenames -F _vipward ${programsOf(shapes).join(' ')}
`;

const valueCases = ({ context, options }: CommandShape): readonly string[] =>
  options.flatMap(({ names, value }: OptionShape) =>
    value === undefined
      ? []
      : [`    ${names.map((name) => quoted(`${context} ${name}`)).join(' | ')}) ${reply(value)}; return ;;`],
  );

const commandCase = ({ context, commands, options, argument }: CommandShape): string => {
  const names = words(options.flatMap((option) => option.names));
  const other = commands.length > 0 ? words(commands.map(({ name }) => name)) : reply(argument);
  // Programs whose first word is an option anyway propose them at once.
  const plain = commands.length === 0 && argument.kind === 'none' ? names : other;
  return `    ${quoted(context)})
      if [[ $current == -* ]]; then ${names}; else ${plain}; fi ;;`;
};

const reply = (proposal: Proposal): string => {
  switch (proposal.kind) {
    case 'none':
      return ':';
    case 'file':
      return 'mapfile -t COMPREPLY < <(compgen -f -- "$current")';
    case 'words':
      return words(proposal.words);
  }
};

const words = (all: readonly string[]): string =>
  `mapfile -t COMPREPLY < <(compgen -W ${quoted(all.join(' '))} -- "$current")`;
