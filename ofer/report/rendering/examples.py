"""Pictures of the protocols on a drawn face: what the models of a report were shown, without anybody's photograph."""

import base64
import io

import numpy as np

from ofer.report.protocols import Batch, Choice, choose_conditions

SHOWN = {
    'clean': 'clean',
    'square-black-20': 'square, 20 %',
    'square-noise-30': 'noise, 30 %',
    'patches-black-30': 'patches, 30 %',
    'region-eye_band-black': 'eye band',
    'region-lower_face-black': 'lower face',
    'drawn-mask': 'drawn mask',
    'drawn-sunglasses': 'sunglasses',
    'drawn-hand': 'hand',
    'fog-3': 'fog',
    'motion_blur-4': 'motion blur',
    'jpeg_compression-5': 'JPEG',
}
SIDE = 96


def example_pictures() -> list[tuple[str, str]]:
    """Words, and the picture as a data URL."""
    from PIL import Image

    from ofer.synthetic import Draws, draw_portrait, express, sample_camera, sample_person, sample_scene

    draws = Draws(5)
    person, camera, scene = sample_person(draws), sample_camera(draws), sample_scene(draws)
    portrait = draw_portrait(person, express('happiness', 0.9, draws), camera, scene, SIDE, draws, None)
    batch = Batch(('example',), portrait.image[None], np.asarray(portrait.landmarks)[None])
    conditions = {condition.name: condition for condition in choose_conditions(Choice())}
    found = []
    for name, words in SHOWN.items():
        file = io.BytesIO()
        Image.fromarray(conditions[name].draw(batch).images[0]).save(file, 'WEBP', quality=80)
        found.append((words, 'data:image/webp;base64,' + base64.b64encode(file.getvalue()).decode()))
    return found
