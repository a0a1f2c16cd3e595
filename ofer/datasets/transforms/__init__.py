"""Transforms of faces and what is known of them, beside those of mmpretrain and torchvision."""

from ofer.datasets.transforms.block_occlusion import BlockOcclusion
from ofer.datasets.transforms.flip_face import FlipFace
from ofer.datasets.transforms.landmark_parsing import LandmarksToParsing, LoadLandmarks
from ofer.datasets.transforms.load_face import LoadFace
from ofer.datasets.transforms.pack_face import PackFace
from ofer.datasets.transforms.paste_occluders import PasteOccluders
from ofer.datasets.transforms.patch_hole import PatchHole

__all__ = ['BlockOcclusion', 'FlipFace', 'LandmarksToParsing', 'LoadFace', 'LoadLandmarks', 'PackFace', 'PasteOccluders', 'PatchHole']
