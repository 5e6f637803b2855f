import {
  type Answer,
  bare,
  type Choice,
  choicesOf,
  type Flag,
  type NamedChoice,
  type Node,
  nameOf,
  nodesOf,
} from './tree.ts';

/** The completion for zsh, to be sourced or to lie in a folder of `fpath` as `_lk`. */
export function zshCompletion(root: Node): string {
  const choices = choicesOf(root);
  const nodes = nodesOf(root);
  return `#compdef lk lenskit-doctor
# Completion of lk for zsh: source <(lk completion zsh), behind compinit; or as _lk in a folder of fpath
# Made by lk completion from its own table of commands.

${choices.map(({ name, choice }) => choiceFunction(name, choice)).join('\n')}
${nodes.map((node) => (node.children.length > 0 ? groupFunction(node) : commandFunction(node, choices))).join('\n')}
if [[ $funcstack[1] == _lk ]]; then
  _lk "$@"
else
  compdef _lk lk lenskit-doctor
fi
`;
}

function choiceFunction(name: string, { words, open }: Choice): string {
  const items = words.map(({ word, about }) => quoted(about === '' ? bare(word) : `${bare(word)}:${about}`));
  const apart = words.every(({ about }) => about === '') ? ' ' : '\n    ';
  const more = open ? ' -S= -q' : '';
  // Behind KEY= stands a value, which nobody can foresee.
  const guard = open ? '  [[ $PREFIX == *=* ]] && { _message value; return 1 }\n' : '';
  return `_lk_words_${name}() {
${guard}  local -a words=(${apart}${items.join(apart)} )
  _describe -t values value words${more}
}
`;
}

function functionName({ words }: Node): string {
  return ['_lk', ...words.map(bare)].join('_');
}

/** What leads to commands. (zsh has its own table of programs in `commands`.) */
function groupFunction(node: Node): string {
  const items = node.children.map(({ words, about }) => `    ${quoted(`${bare(words.at(-1) ?? '')}:${about}`)}`);
  const cases = node.children.map((child) => `      ${bare(child.words.at(-1) ?? '')}) ${functionName(child)} ;;`);
  return `${functionName(node)}() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a below=(
${items.join('\n')}
  )
  _arguments -C -S${node.flags.map((flag) => ` \\\n    ${specification(flag, [])}`).join('')} \\
    '1:command:->command' '*:: :->rest' && return
  case $state in
    command) _describe -t commands command below ;;
    rest) case $words[1] in
${cases.join('\n')}
    esac ;;
  esac
}
`;
}

function commandFunction(node: Node, choices: readonly NamedChoice[]): string {
  const specs = node.flags.map((flag) => specification(flag, choices));
  const operand = node.operand === 'nothing' ? [] : [`'*:${message(node.operand)}:${action(node.operand, choices)}'`];
  const all = [...specs, ...operand];
  const name = functionName(node);
  if (!node.runs)
    return `${name}() {\n  _arguments -S${all.map((one) => ` \\\n    ${one}`).join('') || " ':: :'"}\n}\n`;
  return `${name}() {
  local state line before=("$\{(@)words[1,CURRENT-1]}")
  local -A opt_args
  _arguments -S${all.map((one) => ` \\\n    ${one}`).join('')} \\
    '*::: :->command' && return
  # Behind -- stands another command.
  [[ $state == command ]] && (( $before[(Ie)--] )) && _normal -p lk
}
`;
}

/** A flag as _arguments has it: what excludes it, its spellings, what it is about, its value. */
function specification(
  { name, char, about, value, attached, repeats, excludes }: Flag,
  choices: readonly NamedChoice[],
): string {
  const long = `--${bare(name)}`;
  const own = char === null ? [long] : [long, `-${bare(char)}`];
  const others = excludes.map((other) => `--${bare(other)}`);
  const alone = name === 'help' || name === 'version' ? '(- : *)' : `(${[...own, ...others].join(' ')})`;
  const group = repeats ? '*' : alone;
  const text = about.replace(/[[\]\\]/g, '\\$&');
  if (value === null) return own.map((one) => quoted(`${group}${one}[${text}]`)).join(' ');
  const follows = `${attached ? '::' : ':'}${message(value)}:${action(value, choices)}`;
  return own.map((one) => quoted(`${group}${one}${sign(one, attached)}[${text}]${follows}`)).join(' ');
}

/** How a value follows: in the same word or the next; with `-` in the same word alone. */
function sign(spelling: string, attached: boolean): string {
  if (!spelling.startsWith('--')) return attached ? '' : '+';
  return attached ? '=-' : '=';
}

function message(answer: Answer): string {
  return answer === 'files' ? 'file' : answer === 'folders' ? 'folder' : 'value';
}

function action(answer: Answer, choices: readonly NamedChoice[]): string {
  if (answer === 'nothing') return ' ';
  if (answer === 'files') return '_files';
  return answer === 'folders' ? '_files -/' : `_lk_words_${nameOf(answer, choices)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
