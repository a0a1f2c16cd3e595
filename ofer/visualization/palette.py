"""Colours that people with any colour vision tell apart (Okabe and Ito 2008), and text that is readable on any ground."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
ORANGE: Colour = (230, 159, 0)
SKY_BLUE: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
BLUE: Colour = (0, 114, 178)
VERMILION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)
WHITE: Colour = (255, 255, 255)
GREY: Colour = (130, 130, 130)

EXPRESSION_COLOURS: dict[str, Colour] = {
    'surprise': ORANGE,
    'fear': PURPLE,
    'disgust': GREEN,
    'happiness': YELLOW,
    'sadness': BLUE,
    'anger': VERMILION,
    'neutral': GREY,
    'contempt': SKY_BLUE,
}
"""One colour an expression, RGB. Where colour matters, the name is written beside it."""


def colour_of(expression: str | None) -> Colour:
    """Colour of an expression; black for one that is unknown."""
    return EXPRESSION_COLOURS.get(expression or '', BLACK)


def ink_on(ground: Colour) -> Colour:
    """Black or white, whichever is readable on a ground.

    >>> ink_on(YELLOW), ink_on(BLUE)
    ((0, 0, 0), (255, 255, 255))
    """
    red, green, blue = ground
    return BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else WHITE


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with matplotlib, in a size in pixels."""
    import matplotlib  # imported where it is needed: answers without pictures come sooner

    folder = Path(matplotlib.get_data_path()) / 'fonts' / 'ttf'
    return ImageFont.truetype(str(folder / ('DejaVuSans-Bold.ttf' if bold else 'DejaVuSans.ttf')), size)
