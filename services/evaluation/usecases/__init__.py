"""What can be done in evaluation, one function per verb."""
