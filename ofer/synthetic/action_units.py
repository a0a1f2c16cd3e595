"""Facial action units of Ekman and Friesen's coding system (FACS), and the units that make each expression.

The numbers in the names are those of the action units. Each unit has one strength for each side of the face.
"""

from dataclasses import dataclass, fields

import numpy as np

from .draws import Draws


@dataclass
class ActionUnits:
    """Strengths, 0 (at rest) to about 1 (maximal). ``(2,)`` each: image left, image right."""

    inner_brow: np.ndarray
    """1: inner brow raised."""
    outer_brow: np.ndarray
    """2: outer brow raised."""
    knit: np.ndarray
    """4: brows lowered and drawn together."""
    upper_lid: np.ndarray
    """5: upper lid raised."""
    cheek: np.ndarray
    """6: cheek raised."""
    lid_tight: np.ndarray
    """7: lids tightened."""
    nose_wrinkle: np.ndarray
    """9: nose wrinkled."""
    upper_lip: np.ndarray
    """10: upper lip raised."""
    corner_up: np.ndarray
    """12: corners of the mouth pulled up."""
    dimple: np.ndarray
    """14: corner of the mouth tightened."""
    corner_down: np.ndarray
    """15: corners of the mouth pulled down."""
    chin: np.ndarray
    """17: chin raised."""
    pucker: np.ndarray
    """18: lips drawn to the middle."""
    stretch: np.ndarray
    """20: lips stretched sideways."""
    press: np.ndarray
    """24: lips pressed."""
    part: np.ndarray
    """25: lips parted."""
    jaw: np.ndarray
    """26, 27: jaw dropped."""
    droop: np.ndarray
    """43: upper lid relaxed."""


def mean(sides: np.ndarray) -> float:
    """Strength of an action unit ``(2,)`` over both sides; much faster than ``numpy.mean`` on two numbers."""
    return 0.5 * (sides.item(0) + sides.item(1))


NAMES = tuple(field.name for field in fields(ActionUnits))

# Each expression has several faces. A value is the strength at full intensity.
PROTOTYPES: dict[str, tuple[dict[str, float], ...]] = {
    'surprise': (
        {'inner_brow': 1.0, 'outer_brow': 1.0, 'upper_lid': 0.8, 'part': 1.0, 'jaw': 0.9, 'pucker': 0.55},
        {'inner_brow': 1.0, 'outer_brow': 1.0, 'upper_lid': 0.9, 'part': 0.9, 'jaw': 0.5, 'pucker': 0.35},
    ),
    'fear': (
        {'inner_brow': 1.0, 'outer_brow': 0.35, 'knit': 0.75, 'upper_lid': 1.0, 'lid_tight': 0.2, 'stretch': 1.0, 'part': 0.9, 'jaw': 0.2},
        {'inner_brow': 0.9, 'outer_brow': 0.2, 'knit': 0.9, 'upper_lid': 1.0, 'stretch': 0.9, 'part': 1.0, 'jaw': 0.42, 'corner_down': 0.3},
    ),
    'disgust': (
        {'nose_wrinkle': 1.0, 'upper_lip': 1.0, 'knit': 0.5, 'lid_tight': 0.7, 'cheek': 0.5, 'corner_down': 0.4, 'chin': 0.5},
        {'nose_wrinkle': 1.0, 'upper_lip': 1.0, 'knit': 0.5, 'lid_tight': 0.8, 'cheek': 0.5, 'corner_down': 0.3, 'part': 0.8, 'jaw': 0.12},
    ),
    'happiness': (
        {'cheek': 0.8, 'corner_up': 1.0, 'part': 0.8, 'upper_lip': 0.15},
        {'cheek': 1.0, 'corner_up': 1.0, 'part': 1.0, 'jaw': 0.3, 'upper_lip': 0.15},
        {'cheek': 0.6, 'corner_up': 0.9},
    ),
    'sadness': (
        {'inner_brow': 1.0, 'knit': 0.55, 'corner_down': 1.0, 'chin': 0.7, 'droop': 0.55},
        {'inner_brow': 0.9, 'knit': 0.75, 'corner_down': 0.9, 'chin': 0.3, 'droop': 0.75, 'part': 0.2},
    ),
    'anger': (
        {'knit': 1.0, 'upper_lid': 0.35, 'lid_tight': 0.7, 'press': 1.0, 'chin': 0.35, 'corner_down': 0.15},
        {'knit': 1.0, 'upper_lid': 0.5, 'lid_tight': 0.6, 'upper_lip': 0.45, 'part': 1.0, 'stretch': 0.3, 'jaw': 0.3, 'nose_wrinkle': 0.2},
    ),
    'neutral': ({},),
    'contempt': ({'lid_tight': 0.25, 'droop': 0.2},),
}  # fmt: skip
ONE_SIDED: dict[str, dict[str, float]] = {
    'contempt': {'corner_up': 0.85, 'dimple': 1.0, 'upper_lip': 0.2, 'cheek': 0.3, 'outer_brow': 0.25},
}


def express(expression: str, intensity: float, draws: Draws) -> ActionUnits:
    """The action units of one face that shows an expression.

    Args:
        expression: a name out of ``ofer.categories.EXPRESSIONS_8``.
        intensity: 0 (nothing) to 1 (full).
        draws: random source; chooses a variant of the expression and adds individual variation.
    """
    strengths = np.zeros((len(NAMES), 2), np.float32)
    variant = draws.pick(PROTOTYPES[expression])
    side = draws.pick((0, 1))
    for row, name in enumerate(NAMES):
        wobble = draws.bell(0.14, 1.0)
        lean = draws.bell(0.06)
        strengths[row] = variant.get(name, 0.0) * intensity * wobble * np.array([1 + lean, 1 - lean], np.float32)
        strengths[row, side] += ONE_SIDED.get(expression, {}).get(name, 0.0) * intensity * wobble
        stray = max(0.0, draws.bell(0.05))  # a face is never quite still
        if name not in ('part', 'jaw', 'pucker', 'upper_lid'):
            strengths[row] += stray
    return ActionUnits(*np.clip(strengths, 0, 1.2))
