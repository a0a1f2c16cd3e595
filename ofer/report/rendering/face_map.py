"""A drawn face whose parts are coloured by what it costs to lose them."""

from collections.abc import Mapping
from html import escape

WHITE, DARK = (255, 250, 240), (180, 50, 0)
OUTLINE = 'M50 8 C78 8 92 30 90 60 C88 92 70 118 50 118 C30 118 12 92 10 60 C8 30 22 8 50 8 Z'
SHAPES: dict[str, tuple[str, tuple[float, float]]] = {
    'brows': ('M20 40 Q31 31 43 38 L42 44 Q31 38 21 45 Z M57 38 Q69 31 80 40 L79 45 Q69 38 58 44 Z', (50, 30)),
    'eyes': ('M20 54 Q31 45 43 54 Q31 63 20 54 Z M57 54 Q69 45 80 54 Q69 63 57 54 Z', (31, 57)),
    'nose': ('M50 52 L60 79 Q50 86 40 79 Z', (50, 77)),
    'mouth': ('M30 96 Q50 87 70 96 Q50 110 30 96 Z', (50, 101)),
    'right_half': ('M50 8 C22 8 8 30 10 60 C12 92 30 118 50 118 Z', (29, 64)),
    'left_half': ('M50 8 C78 8 92 30 90 60 C88 92 70 118 50 118 Z', (71, 64)),
    'eye_band': ('M10 45 H90 V65 H10 Z', (50, 59)),
    'lower_face': ('M12 76 H88 C84 98 68 118 50 118 C32 118 16 98 12 76 Z', (50, 98)),
}
"""Outline of each region in a picture of 100 x 126, and the place of its number. The face looks at the reader, so its left half is on the
right."""
GROUPS = (('brows', 'eyes', 'nose', 'mouth'), ('right_half', 'left_half'), ('eye_band', 'lower_face'))


def face_maps(losses: Mapping[str, float], most: float) -> str:
    """Three drawn faces: parts, halves, and what sunglasses and a mask cover.

    Args:
        losses: accuracy lost by region, shares.
        most: loss that gets the darkest colour, so that several models can be compared.
    """
    faces = []
    for place, group in enumerate(GROUPS):
        parts = [f'<path d="{OUTLINE}" fill="none" stroke="currentColor" stroke-width="1.2"/>']
        for region in group:
            if region not in losses:
                continue
            path, (x, y) = SHAPES[region]
            strength = min(max(losses[region] / most, 0), 1) if most > 0 else 0
            colour = tuple(round(a + (b - a) * strength) for a, b in zip(WHITE, DARK, strict=True))
            ink = '#fff' if strength > 0.55 else '#222'
            name = region.replace('_', ' ')
            tip = f'{escape(name)}: {100 * losses[region]:+.1f} % of accuracy lost'
            parts.append(f'<path d="{path}" fill="rgb{colour}" stroke="#555" stroke-width="0.6"><title>{tip}</title></path>')
            parts.append(f'<text x="{x}" y="{y}" text-anchor="middle" style="fill: {ink}">{100 * losses[region]:.1f}</text>')
        faces.append(f'<g transform="translate({place * 112 + 6} 2)">{"".join(parts)}</g>')
    return f'<svg class="faces" viewBox="0 0 342 130" role="img" aria-label="accuracy lost by region">{"".join(faces)}</svg>'
