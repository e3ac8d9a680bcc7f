import type { Shell } from './shells.ts';

/*
 * Each script asks `tokenstorm __complete SHELL -- WORDS`, whose last word is the one under the cursor, and gets one line for each
 * value, a tab and what it is, then `:files` where paths may come too, and `:nospace` where the word goes on.
 * The words are passed on as they are, never through `eval`: what is typed so far must not run.
 */

const bash = String.raw`# tokenstorm completion for bash: source <(tokenstorm completion bash)
_tokenstorm_completion() {
  local cur="${'$'}{COMP_WORDS[COMP_CWORD]}" line files=
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) files=1 ;;
      :nospace) compopt -o nospace 2>/dev/null ;;
      *) COMPREPLY+=("${'$'}{line%%$'\t'*}") ;;
    esac
  done < <(tokenstorm __complete bash -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    if [ "$cur" = "=" ]; then cur=; fi
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
  fi
}
complete -F _tokenstorm_completion tokenstorm
`;

const zsh = String.raw`#compdef tokenstorm
# tokenstorm completion for zsh: source <(tokenstorm completion zsh) after compinit, or as _tokenstorm in a folder of $fpath
_tokenstorm() {
  local -a answer values options
  local line files tab=$'\t'
  answer=("${'$'}{(@f)$(tokenstorm __complete zsh -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $answer; do
    case $line in
      '') ;;
      :files) files=1 ;;
      :nospace) options=(-S '') ;;
      *) values+=("${'$'}{${'$'}{line%%$tab*}//:/\\:}:${'$'}{line#*$tab}") ;;
    esac
  done
  (( $#values )) && _describe -t values tokenstorm values $options
  if [[ -n $files ]]; then
    compset -P '*='
    _files
  fi
}
if [[ $funcstack[1] == _tokenstorm ]]; then
  _tokenstorm "$@"
else
  compdef _tokenstorm tokenstorm
fi
`;

const fish = String.raw`# tokenstorm completion for fish: tokenstorm completion fish | source
function __tokenstorm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (tokenstorm __complete fish -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :nospace
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c tokenstorm -f -a '(__tokenstorm_complete)'
`;

const powershell = String.raw`# tokenstorm completion for PowerShell: tokenstorm completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tokenstorm -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    # An empty last word would get lost on its way: it goes with a sign before it.
    & tokenstorm __complete powershell '--' @words "=$wordToComplete" 2>$null | ForEach-Object {
        $value, $text = $_ -split "${'`'}t", 2
        if ($value -eq ':files') {
            Get-ChildItem -Path "$wordToComplete*" -Name -ErrorAction SilentlyContinue | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ProviderItem', $_)
            }
        } elseif ($value -ne ':nospace') {
            if (-not $text) { $text = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
        }
    }
}
`;

/** What a shell reads to complete `tokenstorm`. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
