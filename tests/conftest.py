"""What all tests have in common."""

from sim.lab.base.garbage import search_seldom

search_seldom()  # as programs do: the tests import everything, and going through it all time and again proves nothing
