"""The sections of the report: each is a function from the results to numbers and curves."""

from ofer.report.sections.artificial import artificial
from ofer.report.sections.clean import clean
from ofer.report.sections.context import Context
from ofer.report.sections.corruptions import corruptions
from ofer.report.sections.detection import detection
from ofer.report.sections.objects import objects
from ofer.report.sections.real import real
from ofer.report.sections.regions import regions
from ofer.report.sections.selective import selective
from ofer.report.sections.stability import stability

__all__ = ['Context', 'artificial', 'clean', 'corruptions', 'detection', 'objects', 'real', 'regions', 'selective', 'stability']
