"""`python bench/needs [--file ANY.csv]`: trains on needs_dev.csv and the shipped cards, prints what it finds.

Without a file also how long answers take at ten thousand and a million needs, about ten minutes (`--no-latency` leaves
that out).
"""

import argparse
import sys
from pathlib import Path

if not __package__:  # called by its path, wherever one stands
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench import figures, reads, similar
from bench.needs import classification, clustering, duplicates
from bench.needs.sets import DEV, HARD, HELDOUT, INDEPENDENT, INDEPENDENT_HARD, SHIPPED, cards, examples, read
from services.needs.domain.triage import pack


def main(given: list[str]) -> None:
    """Print the figures of one file, or of the labelled and the held-out set."""
    asked = argparse.ArgumentParser(prog="bench/needs", description=__doc__)
    asked.add_argument("--file", type=Path, help="columns id,text,field,target_group,urgency,theme")
    asked.add_argument("--ship", action="store_true", help="write the model the product comes with")
    asked.add_argument("--no-latency", action="store_true", help="leave out what takes minutes")
    options, dev = asked.parse_args(given), read(DEV)
    path = options.file
    if options.ship:
        SHIPPED.write_bytes(pack(classification.product(cards(), examples(dev))))
        return
    if path:
        say(classification.compare(path.name, read(path), dev))
        say(clustering.compare(path.name, read(path)))
        return
    say(classification.cross_validated(dev))
    heldout, independent = read(HELDOUT), read(INDEPENDENT)
    hard = [each for each in heldout if each.style in HARD]
    ordinary = [each for each in heldout if each.style not in HARD]
    say(classification.compare("needs_heldout.csv, ordinary", ordinary, dev))
    say(classification.compare("needs_heldout.csv, hard", hard, dev))
    say(classification.compare("needs_independent.csv", independent, dev))
    say(classification.compare("needs_independent_hard.csv", read(INDEPENDENT_HARD), dev))
    say(clustering.compare("needs_dev.csv", dev))
    say(clustering.compare("needs_heldout.csv", heldout))
    say(clustering.compare("needs_independent.csv", independent))
    say(duplicates.compare_methods())
    if not options.no_latency:
        figures.show([*reads.scale(), *similar.at_size(reads.SMALL), *similar.at_size(reads.LARGE)])


def say(lines: list[str]) -> None:
    """Print some lines as soon as they are known."""
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
