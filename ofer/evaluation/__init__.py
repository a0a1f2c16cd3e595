"""Measures: pure functions and the metrics made of them."""

from ofer.evaluation.fer_metric import FERMetric

__all__ = ['FERMetric']
