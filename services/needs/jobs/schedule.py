"""The schedule every module of this room registers its work in."""

from wushe.jobs import Sweeps

sweeps = Sweeps()
