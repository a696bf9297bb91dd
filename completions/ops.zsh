#compdef ops

_ops_completion() {
  eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _OPS_COMPLETE=complete_zsh ops)
}

compdef _ops_completion ops
