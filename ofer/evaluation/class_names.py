"""Maps the classes of a model to those of a test set: by name, never by number."""

from collections.abc import Sequence


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
