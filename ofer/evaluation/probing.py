"""Linear classifiers on features, which show how much of the classes a linear model can read from them."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ofer.evaluation.functional import wilson_interval
from ofer.evaluation.paired import paired_difference
from ofer.evaluation.report import markdown_table

Arrays = Mapping[str, np.ndarray]


def linear_probe(train: Arrays, train_target: np.ndarray, test: Arrays, names: Sequence[str], strength: float) -> np.ndarray:
    """Predictions of a logistic regression on standardised features.

    Args:
        train: ``(M, D)`` by name.
        train_target: ``(M,)``, true classes.
        test: ``(N, D)`` by name.
        names: the features to use, concatenated.
        strength: inverse strength of the regularisation (``C``).

    Returns:
        ``(N,)``, classes.
    """
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
    classifier.fit(np.concatenate([train[name] for name in names], 1), train_target)
    return classifier.predict(np.concatenate([test[name] for name in names], 1))


def accuracy_table(title: str, correct: Mapping[str, np.ndarray], against: str) -> str:
    """A Markdown table of accuracies with their 95 % Wilson intervals, per cent, and of their paired differences from one row, in points.

    Args:
        title: of the first column.
        correct: ``(N,)`` bool, True = right, by name; of the same N images.
        against: name of the row from which the others differ.
    """
    rows = []
    for name, right in correct.items():
        low, high = wilson_interval(int(right.sum()), len(right))
        row = [name, f'{100 * right.mean():.2f} ({100 * low:.2f} to {100 * high:.2f})', '-']
        if name != against:
            change = paired_difference(right, correct[against])
            row[-1] = f'{100 * change.difference:+.2f} ({100 * change.low:+.2f} to {100 * change.high:+.2f})'
        rows.append(row)
    return markdown_table([title, 'accuracy, %', f'minus {against}, points'], rows)
