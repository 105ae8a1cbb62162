"""What the command line does: start, stop, migrate, look after, print. The serving kit imports none of it."""
