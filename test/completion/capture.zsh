# Prints what zsh's own completion adds behind a line: capture.zsh SCRIPT LINE, in a terminal of zsh/zpty.
zmodload zsh/zpty || exit 3
zpty z "zsh -f -i"
setup=$(mktemp)
cat > $setup <<END
PROMPT=
autoload -Uz compinit && compinit -u -d $HOME/.zcompdump
source ${(q)1}
END
cat >> $setup <<'END'
bindkey '^I' complete-word
mark() { print -r - $'\0' }
compprefuncs=(mark)
comppostfuncs=(mark exit)
zstyle ':completion:*' insert-tab false
compadd() {
  # Those that fill arrays only look what would match.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a found
  builtin compadd -A found "$@"
  local -A prefix hidden suffix
  zparseopts -E P:=prefix p:=hidden S:=suffix
  local one
  for one in $found; do print -r - "=$IPREFIX$prefix$hidden$one$suffix"; done
  builtin compadd "$@"
}
print ok
END
zpty -w z "source $setup"
while zpty -r z line; do [[ $line == ok* ]] && break; done
zpty -w z "$2"$'\t'
marks=0
while zpty -r z line; do
  line=${line%$'\r\n'}
  [[ $line == *$'\0'* ]] && { (( marks++ )) && break; continue }
  (( marks )) && [[ $line == '='* ]] && print -r - ${line#=}
done
zpty -d z
rm $setup
