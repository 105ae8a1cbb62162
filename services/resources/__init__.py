"""Resources: who can give what, to which project, when; and where every fen of the money went."""
