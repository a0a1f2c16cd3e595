"""The sections of the report: each is a function from the results to numbers and curves."""

from ofer.report.sections.artificial import artificial
from ofer.report.sections.clean import clean
from ofer.report.sections.context import Context

__all__ = ['Context', 'artificial', 'clean']
