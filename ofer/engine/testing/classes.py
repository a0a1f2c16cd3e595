"""Classes of the outputs of a model and of a test set, matched by name before the test."""

from collections.abc import Sequence

from mmengine.evaluator import BaseMetric
from mmengine.runner import TestLoop

from ofer.engine.processes.launch import UsageError
from ofer.evaluation import FERMetric
from ofer.evaluation.class_names import class_indices


def fer_metric(loop: TestLoop) -> FERMetric | None:
    """The metric for expressions of a test; None if it has none."""
    return next((metric for metric in loop.evaluator.metrics if isinstance(metric, FERMetric)), None)


def join_by_name(trained: Sequence[str], tested: Sequence[str], metrics: Sequence[BaseMetric], name: str) -> str | None:
    """Set the classes of the outputs of the model in the metrics of a test set.

    Args:
        trained: classes of the outputs, in order.
        tested: classes of the test set.
        metrics: of the test.
        name: of the test set, for messages.

    Returns:
        A note for the user about classes that the test set does not have; None if it has all.

    Raises:
        UsageError: the classes differ, and a metric cannot match them by name.
        ValueError: the test set has classes that the model was not trained on.
    """
    class_indices(trained, tested)
    note = None
    absent = ', '.join(label for label in trained if label not in tested)
    for metric in metrics:
        if isinstance(metric, FERMetric):
            metric.outputs = tuple(trained)
            if absent:
                fate = 'count as wrong' if metric.absent == 'wrong' else 'are excluded'
                note = f'{name} has no {absent}; such predictions {fate} (test_evaluator.absent)'
        elif list(trained) != list(tested):
            raise UsageError(
                f'{name}: the model was trained on {", ".join(trained)}, and the test set has {", ".join(tested)}. Only FERMetric joins '
                f'them by name, so test_evaluator cannot have {type(metric).__name__}.'
            )
    return note
