/** The scripts that make a shell ask svcrules what may follow. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: String.raw`# svcrules completion for bash: put  source <(svcrules completion bash)  into ~/.bashrc
_svcrules() {
  local IFS=$'\n' i word before= words=()
  # bash takes = and : for words of their own; they are put together again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${"${COMP_WORDS[i]}"}
    if [[ ${"${#words[@]}"} -gt 0 && ( $word == [=:] || $before == [=:] ) ]]; then words[${"${#words[@]}"}-1]+=$word
    else words+=("$word"); fi
    before=$word
  done
  word=${"${words[${#words[@]}-1]}"}
  # What stands before the last = or : is not completed again.
  local kept=${'${word%"${word##*[=:]}"}'}
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ -n $word ]]; then COMPREPLY+=("${'${word#"$kept"}'}"); fi
  done < <(svcrules __complete -- "${"${words[@]}"}" 2>/dev/null)
}
complete -o default -F _svcrules svcrules
`,
  zsh: [
    "#compdef svcrules",
    "# svcrules completion for zsh: put  source <(svcrules completion zsh)  into ~/.zshrc after compinit",
    "_svcrules() {",
    "  local -a found",
    '  found=("${(@f)$(svcrules __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")',
    '  if [[ -n "$found" ]]; then compadd -a found; else _files; fi',
    "}",
    "compdef _svcrules svcrules",
    "",
  ].join("\n"),
  fish: String.raw`# svcrules completion for fish: svcrules completion fish > ~/.config/fish/completions/svcrules.fish
complete -c svcrules -a '(svcrules __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};
