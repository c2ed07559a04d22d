"""What keeps a report from being written."""


class ReportError(ValueError):
    """A problem, why it matters, and what to do about it; the message is all three."""

    def __init__(self, problem: str, why: str, advice: str) -> None:
        super().__init__(f"{problem} ({why}). {advice}")
        self.problem, self.why, self.advice = problem, why, advice
