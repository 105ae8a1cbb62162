"""What the five processes of `up` have in common, imported once by the process they are forked from, and by no other.

Importing it ties that process to the life of its parent.
"""

import gc
from importlib import import_module

from wushe import lifeline

lifeline.die_with_parent()
gc.disable()  # looking through what is imported took a seventh of the start
serving = import_module("wushe.commands.serve")
for service in serving.PORTS:
    import_module(serving.application(service))
gc.freeze()  # a collector that looked at it would copy its pages
gc.enable()
