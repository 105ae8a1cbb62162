"""Walk docs/guide.md in a terminal: every snippet is shown, run against a system that is up, and answered."""

import ast
import json
import re
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parents[1] / "docs" / "guide.md"
PUBLISHED = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```json\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def run(snippet: str, names: dict[str, Any]) -> Any:
    """Run a snippet in a session; answers the value of its last line."""
    tree = ast.parse(snippet)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "guide", "exec"), names)  # noqa: S102 -- our own page
    return eval(compile(ast.Expression(last.value), "guide", "eval"), names) if last else None  # noqa: S307 -- as above


def walk(url: str) -> Generator[tuple[str, str, Any], None, None]:
    """Every snippet, the answer its page shows, and the real one; the next is run when asked for."""
    names: dict[str, Any] = {}
    try:
        for snippet, shown in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
            answer = run(snippet.replace(PUBLISHED, url), names)
            yield snippet, shown, json.loads(json.dumps(answer))
    finally:
        names["api"].close()


def main() -> None:
    """Show, run, answer; at a terminal wait for Enter in between."""
    for snippet, _, answer in walk(sys.argv[1] if len(sys.argv) > 1 else PUBLISHED):
        print(snippet)
        if answer is not None:
            print(json.dumps(answer, ensure_ascii=False, indent=2)[:2000], end="\n\n")
        if sys.stdin.isatty():
            input("↵ ")


if __name__ == "__main__":
    main()
