/** The scripts that make a shell ask svcrules what may follow. */
import type { Shell } from "./shells.js";

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: String.raw`# svcrules completion for bash: put  source <(svcrules completion bash)  into ~/.bashrc
_svcrules() {
  local IFS=$'\n'
  COMPREPLY=($(svcrules __complete -- "${"${COMP_WORDS[@]:1:COMP_CWORD}"}" 2>/dev/null))
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
