"""Maps the classes of a model to those of a test set: by name, never by number."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def class_indices(outputs: Sequence[str], classes: Sequence[str]) -> list[int]:
    """The output of a model for each class of a test set.

    Args:
        outputs: names of the model's classes, in the order of its outputs.
        classes: names of the test set's classes, in the order of its labels; some or all of the model's, in any order.

    Returns:
        The output's index for each of ``classes``: label ``c`` of the set is output ``indices[c]``.

    Raises:
        ValueError: the test set has a class that the model does not have.
    """
    unknown = [name for name in classes if name not in outputs]
    if unknown:
        raise ValueError(
            f'the test set has the classes {", ".join(classes)}, and the model was trained on {", ".join(outputs)}: it cannot answer '
            f'{", ".join(unknown)}. Leave {"it" if len(unknown) == 1 else "them"} out of the test set (num_classes=7 leaves out contempt), '
            'or test a model that knows all of them.'
        )
    return [list(outputs).index(name) for name in classes]


def for_classes(answers: Mapping[str, ArrayLike], classes: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities of a model that knows more classes, for those of a test set.

    Args:
        answers: probability ``(N,)`` of each of the model's classes, by name.
        classes: of the test set, in the order of its labels.

    Returns:
        ``(N, K)``: the other classes are dropped, and what is left is normalised to a sum of 1.

    Raises:
        ValueError: the test set has a class that the model does not have.

    >>> for_classes({'anger': [0.2], 'contempt': [0.6], 'neutral': [0.2]}, ['neutral', 'anger']).tolist()
    [[0.5, 0.5]]
    """
    class_indices(list(answers), classes)
    scores = np.stack([np.asarray(answers[name], np.float64) for name in classes], 1)
    return scores / np.maximum(scores.sum(1, keepdims=True), 1e-12)
