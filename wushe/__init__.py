"""The shared kit and the command line of Wushe: technical rooms only, no domain noun."""
