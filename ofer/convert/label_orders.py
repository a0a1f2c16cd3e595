"""The order of the classes in the outputs of published recognisers."""

from typing import TYPE_CHECKING

from ofer.categories import AFFECTNET_CODES, FERPLUS_CODES, RAFDB_CODES, expression_classes

if TYPE_CHECKING:
    from ofer.convert.renaming import Conversion

LABEL_ORDERS = {
    'rafdb': RAFDB_CODES,
    'affectnet7': AFFECTNET_CODES[:7],
    'affectnet8': AFFECTNET_CODES,
    'ferplus': FERPLUS_CODES,
    'occlu-fer7': ('anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'),  # its last release has no contempt
    'occlu-fer8': ('anger', 'contempt', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'),
}
"""Classes by training set, in the order of the folders that the file was trained on."""


def reorder_outputs(result: 'Conversion', labels: str) -> None:
    """Reorder the outputs of a converted recogniser to the order of the library, and state their classes.

    Args:
        result: the conversion; changed in place.
        labels: key of :data:`LABEL_ORDERS`, the present order of the outputs.

    Raises:
        ValueError: unknown labels, another number of classes, or the model is no recogniser.
    """
    if labels not in LABEL_ORDERS:
        raise ValueError(f'labels={labels!r}: choose one of {", ".join(LABEL_ORDERS)}')
    if not result.outputs:
        raise ValueError(f'labels={labels!r} are for recognisers of expressions, and this file holds a {result.model["type"]}')
    order = LABEL_ORDERS[labels]
    if any(len(result.state_dict.get(name, ())) != len(order) for name in result.outputs):
        raise ValueError(f'labels={labels!r} are {len(order)} classes, which this file does not have')
    result.classes = expression_classes(len(order))
    rows = [order.index(name) for name in result.classes]
    result.state_dict.update({name: result.state_dict[name][rows] for name in result.outputs})
