"""Linear classifiers on features, which show how much of the classes a linear model can read from them."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ofer.evaluation.functional import wilson_interval
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


def accuracy_table(title: str, correct: Mapping[str, np.ndarray]) -> str:
    """A Markdown table of accuracies with their 95 % Wilson intervals, per cent.

    Args:
        title: of the first column.
        correct: ``(N,)`` bool, True = right, by name.
    """
    rows = []
    for name, right in correct.items():
        low, high = wilson_interval(int(right.sum()), len(right))
        rows.append([name, f'{100 * right.mean():.2f} ({100 * low:.2f} to {100 * high:.2f})'])
    return markdown_table([title, 'accuracy, %'], rows)
