"""`python -m segwidgets` is the `segwidgets` command."""

from segwidgets.cli import main

main()
