"""Evaluation: those who were served judge, anonymously yet verified, and money follows the final report."""
