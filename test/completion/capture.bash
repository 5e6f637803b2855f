# Prints what the completion of bash answers: capture.bash SCRIPT WORDBREAKS LINE WORD…; the last word is being written.
source "$1"
COMP_WORDBREAKS=$2 COMP_LINE=$3 COMP_POINT=${#3}
COMP_WORDS=("${@:4}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_lk 2>/dev/null
for reply in "${COMPREPLY[@]}"; do printf '%s\n' "$reply"; done
