"""The projects service: plans, decisions, contracts, activities and the records of who was served."""
