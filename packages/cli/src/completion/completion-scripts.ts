/**
 * The scripts for shells. Each calls `dataqueues __complete -- WORDS…` with the words up to the cursor, and gets lines of a word, a
 * tab and what it is; without a line the shell completes files. So a script need not be made again for a new version.
 */
export const completionScripts: Readonly<Record<"bash" | "zsh" | "fish", string>> = {
  // Bash takes ":" and "=" for ends of words, as in kafka:9092 and --codec=npy, and replaces only what is after them.
  // macOS has bash 3.2, where an array has no index -1.
  bash: `# dataqueues in bash: put eval "$(dataqueues completion bash)" into ~/.bashrc
_dataqueues() {
  local line="\${COMP_LINE:0:COMP_POINT}" current candidate
  local -a words
  read -ra words <<< "$line"
  if [[ "$line" == *[[:space:]] ]]; then words+=(""); fi
  current="\${words[\${#words[@]} - 1]}"
  local prefix="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("\${candidate#"$prefix"}")
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -o default -o bashdefault -F _dataqueues dataqueues
`,
  zsh: `#compdef dataqueues
# dataqueues in zsh: put eval "$(dataqueues completion zsh)" into ~/.zshrc, below compinit
_dataqueues() {
  local -a candidates
  local word what
  while IFS=$'\\t' read -r word what; do
    candidates+=("\${word//:/\\\\:}:$what")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  if (( \${#candidates} )); then _describe dataqueues candidates; else _files; fi
}
compdef _dataqueues dataqueues
`,
  fish: `# dataqueues in fish: dataqueues completion fish > ~/.config/fish/completions/dataqueues.fish
function __dataqueues_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates ($words[1] __complete -- $words[2..-1] 2> /dev/null)
    if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c dataqueues -f -a '(__dataqueues_complete)'
`,
};
