"""Class orders: the order of the library, and the codes and spellings of each data set."""

EXPRESSIONS_7 = ('surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral')
EXPRESSIONS_8 = (*EXPRESSIONS_7, 'contempt')

PARSING_CLASSES = (
    'background', 'face', 'left_brow', 'right_brow', 'left_eye', 'right_eye', 'nose', 'upper_lip', 'inner_mouth', 'lower_lip', 'hair',
)  # fmt: skip
"""The order of LaPa, on which SegFace was trained. Left and right are those of the person, as in LaPa."""

RAFDB_CODES = EXPRESSIONS_7
"""RAF-DB counts from 1: code ``c`` means ``RAFDB_CODES[c - 1]``."""

FER2013_CODES = ('anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral')
"""FER2013 counts from 0."""

FERPLUS_CODES = ('neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt')
"""Order of the vote columns of FERPlus (``unknown`` and ``NF`` follow) and of the labels in its subset lists, from 0."""

AFFECTNET_CODES = ('neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger', 'contempt')
"""AffectNet counts from 0; ``none``, ``uncertain`` and ``no face`` follow."""

CK_PLUS_CODES = ('neutral', 'anger', 'contempt', 'disgust', 'fear', 'happiness', 'sadness', 'surprise')
"""CK+ counts from 0."""

LANDMARK_MIRROR = (
    *range(16, -1, -1),  # jaw
    *range(26, 16, -1),  # brows
    *range(27, 31),  # bridge of the nose
    *range(35, 30, -1),  # nostrils
    *(45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),  # eyes
    *(54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55),  # outer lips
    *(64, 63, 62, 61, 60, 67, 66, 65),  # inner lips
)
"""Landmark ``i`` of a mirrored face is landmark ``LANDMARK_MIRROR[i]`` of the face (68 points, 300-W order)."""

_SPELLINGS = {
    'surprise': ('surprised', 'surprising', 'su', 'sur'),
    'fear': ('fearful', 'afraid', 'scared', 'fe', 'af', 'fea'),
    'disgust': ('disgusted', 'di', 'dis'),
    'happiness': ('happy', 'joy', 'joyful', 'smile', 'ha', 'hap'),
    'sadness': ('sad', 'sa'),
    'anger': ('angry', 'an', 'ang'),
    'neutral': ('neutrality', 'natural', 'neural', 'ne', 'neu'),
    'contempt': ('contemptuous', 'co', 'con'),
}
_CANONICAL = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in (name, *spellings)}


def expression_classes(num_classes: int) -> tuple[str, ...]:
    """The class order of a model with 7 or 8 outputs.

    Raises:
        ValueError: another number of classes.
    """
    if num_classes not in (7, 8):
        raise ValueError(f'num_classes={num_classes}: the expressions are 7 ({", ".join(EXPRESSIONS_7)}) or 8 (and contempt)')
    return EXPRESSIONS_8[:num_classes]


def canonical_expression(name: str) -> str | None:
    """The name that the library uses for an expression spelt ``Happy``, ``03_surprised`` or ``AF``; None if it is unknown."""
    return _CANONICAL.get(name.strip().lower().lstrip('0123456789').strip(' _-.'))
