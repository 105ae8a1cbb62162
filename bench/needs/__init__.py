"""How good triage help and the finding of concerns are, beside what a few plain lines would do."""
