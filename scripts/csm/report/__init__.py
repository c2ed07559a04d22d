"""The report of a result: one HTML file with the face in 3-D, for readers without the program."""

from csm.report.report_error import ReportError
from csm.report.write_report import write_report

__all__ = ["ReportError", "write_report"]
