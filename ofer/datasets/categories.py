"""Class orders: the library's own, and how each data set's codes map to it."""

EXPRESSIONS_7 = ('surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral')
EXPRESSIONS_8 = (*EXPRESSIONS_7, 'contempt')

PARSING_CLASSES = (
    'background', 'face', 'left_brow', 'right_brow', 'left_eye', 'right_eye', 'nose', 'upper_lip', 'inner_mouth', 'lower_lip', 'hair',
)  # fmt: skip
"""LaPa's order, as SegFace was trained on it. Left and right are the person's own, as in LaPa."""
