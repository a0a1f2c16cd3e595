"""Everything around a face: light, background and clothes, and the exposure, blur and colours of the camera."""

from dataclasses import dataclass

import numpy as np

from .draws import Draws

BACKGROUNDS = ('plain', 'gradient', 'blobs', 'panes', 'horizon')


@dataclass(frozen=True)
class Scene:
    """Light, surroundings and sensor of one photograph. Colours are RGB, 0..255, or multipliers around 1 for light."""

    light: tuple[float, float, float]
    """Unit vector towards the light: right, down, to the viewer."""
    ambient: float
    """Share of the light that comes from everywhere, 0..1."""
    light_tint: tuple[float, float, float]
    background: str
    background_colours: tuple[tuple[float, float, float], ...]
    background_texture: int
    clothes: tuple[float, float, float]
    collar: float
    gaze: tuple[float, float]
    gloss: float
    exposure: float
    gamma: float
    blur: float
    """Standard deviation in shares of the image's width."""
    noise: float
    """Amplitude in grey levels."""
    grey: float
    """0 = colour, 1 = black and white."""


def _colour(draws: Draws, low: float, high: float, saturation: float) -> tuple[float, float, float]:
    level = draws.uniform(low, high)
    red, green, blue = (float(np.clip(level * (1 + saturation * draws.uniform(-1, 1)), 0, 255)) for _ in range(3))
    return red, green, blue


def sample_scene(draws: Draws) -> Scene:
    """Draw a random scene."""
    across, above = draws.uniform(-0.95, 0.95), draws.uniform(-0.9, 0.05)
    light = np.array([across, above, draws.uniform(0.55, 1.2)])
    light /= np.linalg.norm(light)
    warm = draws.bell(0.05)
    return Scene(
        light=(float(light[0]), float(light[1]), float(light[2])),
        ambient=draws.uniform(0.38, 0.68),
        light_tint=(1 + warm, 1.0, 1 - warm),
        background=draws.pick(BACKGROUNDS),
        background_colours=tuple(_colour(draws, 30, 230, 0.25) for _ in range(4)),
        background_texture=int(draws.unit() * 2**31),
        clothes=_colour(draws, 20, 220, 0.45),
        collar=draws.unit(),
        gaze=(draws.bell(0.016), draws.bell(0.008)),
        gloss=draws.uniform(0.02, 0.16),
        exposure=draws.bell(0.09, 1.0),
        gamma=draws.uniform(0.88, 1.16),
        blur=max(0.0, draws.bell(0.0032, 0.0015)),
        noise=draws.uniform(0.5, 6.0),
        grey=1.0 if draws.chance(0.08) else draws.uniform(0.0, 0.15),
    )
