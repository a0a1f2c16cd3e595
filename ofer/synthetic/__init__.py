"""Procedural drawing of faces: a person, facial action units, a camera and a scene (light and background)."""

from .action_units import ActionUnits, express
from .camera import Camera, rotation, sample_camera
from .draws import Draws
from .occluders import OCCLUDERS, occlude
from .person import Person, sample_person
from .portrait import Portrait, draw_portrait
from .pose import build_head, fit_camera, pose_face
from .scene import Scene, sample_scene

__all__ = [
    'OCCLUDERS', 'ActionUnits', 'Camera', 'Draws', 'Person', 'Portrait', 'Scene', 'build_head', 'draw_portrait', 'express', 'fit_camera',
    'occlude', 'pose_face', 'rotation', 'sample_camera', 'sample_person', 'sample_scene',
]  # fmt: skip
