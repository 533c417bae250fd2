// The completion script for zsh.
import type { CommandShape, OptionShape, Proposal } from './model.ts';
import { contextsOf, programsOf, quoted } from './words.ts';

/** A file `_vipward` in a folder of $fpath, or read by `source <(vipward completion zsh)`. */
export const zshScript = (shapes: readonly CommandShape[]): string => `#compdef ${programsOf(shapes).join(' ')}
# zsh completion for vipward; made by: vipward completion zsh
_vipward() {
  local context=\${words[1]:t} i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    case "$context \${words[i]}" in
      (${contextsOf(shapes).map(quoted).join(' | ')}) context="$context \${words[i]}" ;;
    esac
  done
  case "$context \${words[CURRENT-1]}" in
${shapes.flatMap(valueCases).join('\n')}
  esac
  case "$context" in
${shapes.map(commandCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _vipward ]]; then
  _vipward "$@"
else
  compdef _vipward ${programsOf(shapes).join(' ')}
fi
`;

const valueCases = ({ context, options }: CommandShape): readonly string[] =>
  options.flatMap(({ names, value }: OptionShape) =>
    value === undefined
      ? []
      : [`    (${names.map((name) => quoted(`${context} ${name}`)).join(' | ')}) ${propose(value)}; return ;;`],
  );

const commandCase = ({ context, commands, options, argument }: CommandShape): string => {
  const optionEntries = options.flatMap(({ names, help }) => names.map((name) => entry(name, help)));
  const others = commands.map(({ name, help }) => entry(name, help));
  const other = others.length > 0 ? describe('command', others) : propose(argument);
  const plain = others.length === 0 && argument.kind === 'none' ? describe('option', optionEntries) : other;
  return `    (${quoted(context)})
      if [[ "\${words[CURRENT]}" == -* ]]; then ${describe('option', optionEntries)}; else ${plain}; fi ;;`;
};

// `_describe` reads NAME:DESCRIPTION, with a backslash before a colon in the name.
const entry = (name: string, help: string): string => quoted(`${name.replaceAll(':', '\\:')}:${help || name}`);

const describe = (what: string, entries: readonly string[]): string =>
  entries.length === 0 ? ':' : `entries=(${entries.join(' ')}); _describe -o ${quoted(what)} entries`;

const propose = (proposal: Proposal): string => {
  switch (proposal.kind) {
    case 'none':
      return "_message 'value'";
    case 'file':
      return '_files';
    case 'words':
      return `compadd -- ${proposal.words.map(quoted).join(' ')}`;
  }
};
