"""The drawn person: every property of a face that does not change with expression, pose and light."""

from dataclasses import dataclass

import numpy as np

from .draws import Draws

SKIN_TONES = np.array(
    [(240, 208, 188), (233, 192, 166), (220, 174, 140), (200, 148, 111), (168, 115, 81), (134, 89, 63), (99, 67, 51)], np.float32
)
HAIR_COLOURS = {
    'black': (30, 26, 26), 'dark': (50, 37, 30), 'brown': (84, 58, 40), 'chestnut': (112, 70, 44), 'red': (150, 78, 40),
    'blond': (196, 158, 100), 'fair': (222, 194, 146), 'grey': (138, 136, 134), 'white': (214, 212, 208),
}  # fmt: skip
IRIS_COLOURS = ((62, 40, 26), (86, 56, 32), (110, 80, 44), (96, 108, 66), (84, 116, 140), (110, 138, 160), (118, 122, 124))
HAIR_STYLES = ('bald', 'buzz', 'short', 'parted', 'swept', 'fringe', 'long', 'bob', 'curly', 'afro', 'bun', 'receding')


@dataclass(frozen=True)
class Person:
    """Shape and colours of one face. Lengths are in half face widths, multipliers are around 1, colours RGB 0..255.

    ``feminine`` and ``age`` (both 0..1) control correlated properties: hair, beard, brows, make-up, wrinkles.
    """

    feminine: float
    age: float
    skin: tuple[float, float, float]
    lip_tint: tuple[float, float, float]
    """What lips multiply the skin's colour by."""
    hair: tuple[float, float, float]
    brow: tuple[float, float, float]
    iris: tuple[float, float, float]
    hair_style: str
    hair_volume: float
    hairline: float
    parting: float
    beard: float
    moustache: float
    makeup: float
    freckles: float
    blush: float
    width: float
    length: float
    jaw: float
    chin: float
    eye_spacing: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    lid_crease: float
    brow_height: float
    brow_thickness: float
    brow_arch: float
    brow_length: float
    nose_width: float
    nose_length: float
    nose_bridge: float
    mouth_width: float
    mouth_height: float
    upper_lip: float
    lower_lip: float
    mouth_rest: float
    """Where the corners rest: positive looks cheerful, negative grim, without any expression."""
    ears: float
    texture: int
    """Key of the person's own freckles and strands."""


def _skin(draws: Draws) -> tuple[tuple[float, float, float], float]:
    depth = draws.unit()
    place = depth * (len(SKIN_TONES) - 1.001)
    low = int(place)
    tone = SKIN_TONES[low] + (SKIN_TONES[low + 1] - SKIN_TONES[low]) * (place - low)
    warm = draws.bell(0.025)
    red, green, blue = (tone * np.array([1 + warm, 1.0, 1 - 1.6 * warm], np.float32)).tolist()
    return (red, green, blue), depth


def _hair_colour(draws: Draws, depth: float, age: float) -> tuple[float, float, float]:
    if draws.chance(max(0.0, age - 0.45) * 1.4):
        name = draws.pick(('grey', 'white'))
    elif depth < 0.42:
        name = draws.pick(('black', 'dark', 'brown', 'chestnut', 'red', 'blond', 'fair'), (1, 2, 3, 2, 1, 2, 1))
    else:
        name = draws.pick(('black', 'dark', 'brown'), (4, 3, 1))
    shade = draws.uniform(0.85, 1.15)
    red, green, blue = (min(255.0, c * shade + draws.bell(3)) for c in HAIR_COLOURS[name])
    return max(red, 12.0), max(green, 10.0), max(blue, 10.0)


def _hair_style(draws: Draws, feminine: float, age: float, depth: float) -> str:
    afro = 1.5 if depth > 0.6 else 0.15
    weights = {
        'bald': 0.6 + age, 'buzz': 1.2, 'short': 2.5, 'parted': 2.0, 'swept': 2.0, 'fringe': 0.6, 'long': 0.25, 'bob': 0.05,
        'curly': 0.8, 'afro': afro, 'bun': 0.1, 'receding': 0.3 + 1.5 * age,
    } if feminine < 0.5 else {
        'bald': 0.02, 'buzz': 0.2, 'short': 0.6, 'parted': 0.8, 'swept': 0.4, 'fringe': 1.5, 'long': 3.5, 'bob': 2.5,
        'curly': 1.5, 'afro': afro, 'bun': 1.8, 'receding': 0.0,
    }  # fmt: skip
    return draws.pick(HAIR_STYLES, [weights[style] for style in HAIR_STYLES])


def sample_person(draws: Draws) -> Person:
    """Draw a random person."""
    feminine = draws.unit()
    manly = 1 - feminine
    age = draws.unit() ** 1.3
    skin, depth = _skin(draws)
    hair = _hair_colour(draws, depth, age)
    paler = draws.uniform(0.55, 0.8) if hair[0] > 60 else 1.0
    brow = (hair[0] * paler, hair[1] * paler, hair[2] * paler)
    style = _hair_style(draws, feminine, age, depth)
    bearded = feminine < 0.45 and draws.chance(0.5)
    makeup = draws.uniform(0.2, 1.0) if feminine > 0.55 and draws.chance(0.6) else 0.0
    red = draws.uniform(0.0, 1.0) * makeup
    return Person(
        feminine=feminine,
        age=age,
        skin=skin,
        lip_tint=(0.90 + 0.03 * red - 0.06 * depth, 0.68 - 0.25 * red + 0.08 * depth, 0.70 - 0.18 * red + 0.10 * depth),
        hair=hair,
        brow=brow,
        iris=draws.pick(IRIS_COLOURS, (3, 3, 2, 1, 2, 2, 1) if depth < 0.42 else (5, 3, 1, 0.1, 0.05, 0.05, 0.05)),
        hair_style=style,
        hair_volume=draws.uniform(0.06, 0.2),
        hairline=draws.bell(0.05) - 0.07 * age * manly,
        parting=draws.pick((-1.0, 1.0)) * draws.uniform(0.2, 0.6),
        beard=draws.uniform(0.25, 1.0) if bearded else draws.uniform(0.0, 0.2) * manly,
        moustache=draws.uniform(0.3, 1.0) if bearded and draws.chance(0.75) else 0.0,
        makeup=makeup,
        freckles=draws.uniform(0.3, 1.0) if depth < 0.3 and draws.chance(0.35) else 0.0,
        blush=draws.uniform(0.2, 1.0),
        width=draws.bell(0.045, 0.98),
        length=draws.bell(0.04, 1.0 + 0.03 * manly),
        jaw=draws.bell(0.4, manly - 0.4),
        chin=draws.bell(0.4, manly - 0.5),
        eye_spacing=draws.bell(0.018, 0.455),
        eye_width=draws.bell(0.022, 0.405 + 0.015 * feminine),
        eye_height=draws.bell(0.02, 0.185 + 0.02 * feminine),
        eye_tilt=draws.bell(0.018, 0.015),
        lid_crease=draws.uniform(0.0, 1.0),
        brow_height=draws.bell(0.02, 0.265 + 0.03 * feminine),
        brow_thickness=draws.bell(0.007, 0.060 - 0.022 * feminine),
        brow_arch=draws.bell(0.015, 0.05 + 0.03 * feminine),
        brow_length=draws.bell(0.03, 0.52),
        nose_width=draws.bell(0.02, 0.21 + 0.05 * depth + 0.02 * manly),
        nose_length=draws.bell(0.03, 0.64),
        nose_bridge=draws.bell(0.18, 1.08 - 0.3 * depth),
        mouth_width=draws.bell(0.025, 0.36 + 0.02 * manly),
        mouth_height=draws.bell(0.02, 0.985),
        upper_lip=draws.bell(0.016, 0.075 + 0.025 * depth + 0.012 * feminine),
        lower_lip=draws.bell(0.018, 0.11 + 0.025 * depth + 0.012 * feminine),
        mouth_rest=draws.bell(0.012),
        ears=draws.bell(0.1, 1.0),
        texture=int(draws.unit() * 2**31),
    )
