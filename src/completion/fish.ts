import {
  type Answer,
  bare,
  choicesOf,
  type Flag,
  type NamedChoice,
  type Node,
  nameOf,
  nodesOf,
  pathOf,
} from './tree.ts';

/** The completion for fish, from 3.0 on. */
export function fishCompletion(root: Node): string {
  const nodes = nodesOf(root);
  const groups = nodes.filter(({ children }) => children.length > 0).map((node) => quoted(pathOf(node)));
  const choices = choicesOf(root);
  const lines = nodes.flatMap((node) => linesOf(node, choices));
  return `# Completion of lk for fish: lk completion fish | source
# Made by lk completion from its own table of commands.

# Whether the words before the cursor lead to this command.
function __lk_at
    set -l words (commandline -opc)
    set -e words[1]
    contains -- -- $words; and return 1
    set -l here
    for word in $words
        contains -- "$here" ${groups.join(' ')}; or break
        string match -q -- '-*' $word; and break
        set here (string trim -- "$here $word")
    end
    test "$here" = "$argv"
end

# Whether another command is written, behind --.
function __lk_behind
    set -l words (commandline -opc)
    contains -- -- $words; and contains -- "$words[2]" $argv
end

# What that command's own completion says.
function __lk_subcommand
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

${choices.map(choiceFunction).join('\n')}
complete -c lk -e
complete -c lk -f
${lines.join('\n')}
complete -c lk -n '__lk_behind ${nodes
    .filter(({ runs }) => runs)
    .map(({ words }) => bare(words[0] ?? ''))
    .join(' ')}' -f -a '(__lk_subcommand)'
complete -c lenskit-doctor -e
complete -c lenskit-doctor -w lk
`;
}

function linesOf(node: Node, choices: readonly NamedChoice[]): string[] {
  const at = `complete -c lk -n ${quoted(`__lk_at ${pathOf(node)}`.trim())}`;
  const children = node.children.map(({ words, about }) => `${at} -a ${bare(words.at(-1) ?? '')} -d ${quoted(about)}`);
  return [...children, ...operands(at, node, choices), ...node.flags.map((flag) => `${at} ${option(flag, choices)}`)];
}

function operands(at: string, { operand, words }: Node, choices: readonly NamedChoice[]): string[] {
  if (operand === 'nothing') return [];
  if (typeof operand === 'string')
    return [`${at} ${operand === 'files' ? '-F' : "-a '(__fish_complete_directories)'"}`];
  // One is enough, so that the list is not shown again behind it.
  const first = `${at.slice(0, -1)}; and test (count (commandline -opc)) -eq ${words.length + 1}'`;
  return [`${first} -a '(__lk_words_${nameOf(operand, choices)})'`];
}

function option({ name, char, about, value, attached }: Flag, choices: readonly NamedChoice[]): string {
  const short = char === null ? '' : ` -s ${bare(char)}`;
  const spelled = `-l ${bare(name)}${short}`;
  return `${spelled}${value === null || attached ? '' : ` ${follows(value, choices)}`} -d ${quoted(about)}`;
}

function follows(value: Answer, choices: readonly NamedChoice[]): string {
  if (value === 'nothing') return '-x';
  if (value === 'files') return '-r -F';
  if (value === 'folders') return "-x -a '(__fish_complete_directories)'";
  return `-x -a '(__lk_words_${nameOf(value, choices)})'`;
}

/** Words with what they are about, a line each. */
function choiceFunction({ name, choice: { words, open } }: NamedChoice): string {
  const tail = open ? '=' : '';
  const plain = words.every(({ about }) => about === '');
  const items = words.map(({ word, about }) => (plain ? bare(word) : `${bare(word)}${tail} ${quoted(about)}`));
  const apart = plain ? ' ' : ' \\\n        ';
  return `function __lk_words_${name}
    printf '${plain ? '' : '%s\\t'}%s\\n'${apart}${items.join(apart)}
end
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
