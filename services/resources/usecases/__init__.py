"""What can be done in the resources service, one keyword-only function per verb."""
