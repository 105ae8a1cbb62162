"""What goes wrong at the terminal, said in one sentence instead of a traceback."""


class CommandRefused(Exception):
    """A command that cannot be carried out as given; Chinese first, then English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}: {en}")
