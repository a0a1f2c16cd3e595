"""Linear classifiers on features: how much of the classes is in them that the simplest model can use."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Arrays = Mapping[str, np.ndarray]


def linear_probe(train: Arrays, train_target: np.ndarray, test: Arrays, names: Sequence[str], strength: float) -> np.ndarray:
    """Answers ``(N,)`` of a linear classifier on some of the features, side by side."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
    classifier.fit(np.concatenate([train[name] for name in names], 1), train_target)
    return classifier.predict(np.concatenate([test[name] for name in names], 1))
