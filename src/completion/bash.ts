import { type Answer, bare, choicesOf, type Node, nameOf, nodesOf, pathOf } from './tree.ts';

/** The completion for bash, from 3.2 (macOS) on; nothing is run but what bash has built in. */
export function bashCompletion(root: Node): string {
  const nodes = nodesOf(root);
  const choices = choicesOf(root);
  const lists = choices.map(
    ({ name, choice }) => `  local words_${name}='${choice.words.map(({ word }) => bare(word)).join(' ')}'`,
  );
  const children = nodes
    .filter((node) => node.children.length > 0)
    .map(
      (node) => `    ${key(node)}) list='${node.children.map(({ words }) => bare(words.at(-1) ?? '')).join(' ')}' ;;`,
    );
  const flags = nodes
    .filter((node) => node.flags.length > 0)
    .map((node) => `    ${key(node)}) list='${node.flags.flatMap(spellings).join(' ')}' ;;`);
  const reply = (answer: Answer): string =>
    typeof answer === 'string'
      ? `kind=${answer}`
      : `kind=words list=$words_${nameOf(answer, choices)}${answer.open ? ' tail==' : ''}`;
  const values = new Map<string, string[]>();
  for (const node of nodes)
    for (const { name, char, value, attached } of node.flags) {
      if (value === null || attached) continue;
      const patterns = [`--${bare(name)}`, ...(char === null ? [] : [`-${bare(char)}`])];
      const same = values.get(reply(value)) ?? [];
      values.set(reply(value), [...same, ...patterns.map((one) => `'${pathOf(node)} ${one}'`)]);
    }
  const operands = nodes
    .filter(({ operand }) => operand !== 'nothing')
    .map((node) => `    ${key(node)}) ${reply(node.operand)} ;;`);
  const runs = nodes.filter((node) => node.runs).map(key);
  return `# Completion of lk for bash: eval "$(lk completion bash)"
# Made by lk completion from its own table of commands.

# The words that may follow a path of words, in list; fails where it is a command.
_lk_children() {
  case $1 in
${children.join('\n')}
    *) return 1 ;;
  esac
}

_lk_flags() {
  case $1 in
${flags.join('\n')}
    *) list= ;;
  esac
}

# What follows a flag, in kind, list and tail; fails where nothing does.
_lk_value() {
  case $1 in
${[...values].map(([answer, patterns]) => `    ${patterns.join(' | ')})\n      ${answer} ;;`).join('\n')}
    *) return 1 ;;
  esac
}

_lk_operand() {
  case $1 in
${operands.join('\n')}
    *) kind=nothing ;;
  esac
}

_lk() {
${lists.join('\n')}
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} token words=() index=0 dashes=
  # bash cuts words at = and : as well: what has no space between is one word.
  while ((index <= COMP_CWORD)); do
    token=\${COMP_WORDS[index]}
    [[ $token == -- && -z $dashes ]] && ((index < COMP_CWORD)) && dashes=$index
    if ((index == 0)) || [[ $line == [$' \\t']* || -z $line ]]; then
      line=\${line#"\${line%%[!$' \\t']*}"}
      ((index == COMP_CWORD)) && token=$line
      words+=("$token")
    else
      ((index == COMP_CWORD)) && token=$line
      words[\${#words[@]}-1]+=$token
    fi
    line=\${line#"$token"}
    ((index++))
  done

  local last=$((\${#words[@]} - 1))
  local cur=\${words[last]} path= word flag= list= kind= tail= prefix=
  index=1
  while ((index < last)); do
    word=\${words[index]}
    ((index++))
    if [[ $word == -- ]]; then
      case $path in
        ${runs.join(' | ')}) _lk_behind "$dashes" ;;
      esac
      return
    fi
    if [[ -n $flag ]]; then flag=
    elif [[ $word == -* ]]; then _lk_value "$path $word" && flag=$word
    elif _lk_children "$path" && [[ " $list " == *" $word "* ]]; then path=\${path:+$path }$word
    fi
  done

  kind= list= tail=
  if [[ -n $flag ]]; then _lk_value "$path $flag"
  elif [[ $cur == --*=* ]]; then
    # Where = cuts words, bash replaces what stands behind it.
    [[ $COMP_WORDBREAKS == *=* ]] || prefix=\${cur%%=*}=
    _lk_value "$path \${cur%%=*}"
    cur=\${cur#*=}
  elif [[ $cur == -* ]]; then kind=words && _lk_flags "$path"
  elif _lk_children "$path"; then kind=words
  else _lk_operand "$path"
  fi
  [[ -n $tail && $cur == *=* ]] && kind=nothing

  COMPREPLY=()
  case $kind in
    # By readline itself, which knows how to quote what is found.
    files) compopt -o default 2>/dev/null || { IFS=$'\\n' && COMPREPLY=($(compgen -f -P "$prefix" -- "$cur")); } ;;
    folders) compopt -o dirnames 2>/dev/null || { IFS=$'\\n' && COMPREPLY=($(compgen -d -P "$prefix" -- "$cur")); } ;;
    words)
      COMPREPLY=($(compgen -P "$prefix" -S "$tail" -W "$list" -- "$cur"))
      [[ -z $tail ]] || compopt -o nospace 2>/dev/null
      ;;
  esac
}

# Behind -- stands another command, at the index after the one that is given.
_lk_behind() {
  if declare -F _comp_command_offset >/dev/null; then _comp_command_offset $(($1 + 1))
  elif declare -F _command_offset >/dev/null; then _command_offset $(($1 + 1))
  elif ((COMP_CWORD == $1 + 1)); then COMPREPLY=($(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}"))
  else compopt -o default 2>/dev/null
  fi
}

complete -F _lk lk lenskit-doctor
`;
}

function key(node: Node): string {
  return `'${pathOf(node)}'`;
}

function spellings({ name, char, value }: Node['flags'][number]): string[] {
  const long = `--${bare(name)}`;
  // Only what is written in full: a letter alone is quicker typed than completed.
  return char === null || value !== null ? [long] : [long, `-${bare(char)}`];
}
