"""``python -m wushe``."""

from wushe.cli import main

main()
