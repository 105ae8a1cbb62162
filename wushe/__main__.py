"""``python -m wushe``."""

import gc

gc.disable()  # what is imported is never garbage, and looking for some took a seventh of the start

from wushe.cli import main  # noqa: E402 -- after the line above

main()
