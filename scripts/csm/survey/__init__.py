"""A survey that asks people what a map shows, after the paper's sec. V-B."""
