"""`python -m segwidgets` is the `segwidgets` command."""

from segwidgets.cli.commands import main

main()
