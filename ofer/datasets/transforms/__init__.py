"""Transforms of faces and their annotations, in addition to those of mmpretrain and torchvision."""

from ofer.datasets.transforms.block_occlusion import BlockOcclusion
from ofer.datasets.transforms.draw_occluders import DrawOccluders
from ofer.datasets.transforms.flip_face import FlipFace
from ofer.datasets.transforms.gaussian_noise import GaussianNoise
from ofer.datasets.transforms.holes import FreeFormHole, OcclusionHole, PatchHole
from ofer.datasets.transforms.landmark_parsing import LandmarksToParsing, LoadLandmarks
from ofer.datasets.transforms.load_face import LoadFace
from ofer.datasets.transforms.load_occlusion import LoadOcclusion
from ofer.datasets.transforms.pack_face import PackFace
from ofer.datasets.transforms.pack_scene import PackScene
from ofer.datasets.transforms.paste_occluders import PasteOccluders
from ofer.datasets.transforms.patch_occlusion import PatchOcclusion

__all__ = [
    'BlockOcclusion',
    'DrawOccluders',
    'FlipFace',
    'FreeFormHole',
    'GaussianNoise',
    'LandmarksToParsing',
    'LoadFace',
    'LoadLandmarks',
    'LoadOcclusion',
    'OcclusionHole',
    'PackFace',
    'PackScene',
    'PasteOccluders',
    'PatchHole',
    'PatchOcclusion',
]
