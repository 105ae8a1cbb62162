"""One keyword-only function per verb; each runs in the unit of work its repository was made for."""
