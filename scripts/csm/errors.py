"""The errors that a user can mend."""


class UserError(ValueError):
    """What the user must correct: one message with the problem, why it matters and what to do."""
