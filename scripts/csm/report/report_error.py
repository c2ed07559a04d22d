"""The errors of the report that a user can mend."""

from csm.errors import UserError


class ReportError(UserError):
    """A problem, why it matters, and what to do about it; the message is all three."""

    def __init__(self, problem: str, why: str, advice: str) -> None:
        super().__init__(f"{problem} ({why}). {advice}")
        self.problem, self.why, self.advice = problem, why, advice
