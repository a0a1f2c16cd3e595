"""Data sets, samplers and transforms."""

from ofer.datasets.affectnet import AffectNet
from ofer.datasets.base import FERDataset
from ofer.datasets.ck_plus import CKPlus
from ofer.datasets.face_scenes import FaceScenes
from ofer.datasets.fed_ro import FEDRO
from ofer.datasets.fer2013 import FER2013
from ofer.datasets.ferplus import FERPlus
from ofer.datasets.folder import FaceFolder
from ofer.datasets.image_table import ImageTable, whole_batch
from ofer.datasets.kdef import KDEF
from ofer.datasets.occlu_fer import OccluFER
from ofer.datasets.rafdb import RAFDB
from ofer.datasets.samplers import ClassBalancedSampler
from ofer.datasets.sfew import SFEW
from ofer.datasets.synthetic_faces import SyntheticFaces
from ofer.datasets.transforms import (
    BlockOcclusion,
    DrawOccluders,
    FlipFace,
    FreeFormHole,
    GaussianNoise,
    LoadFace,
    LoadOcclusion,
    OcclusionHole,
    PackFace,
    PackScene,
    PasteOccluders,
    PatchHole,
    PatchOcclusion,
)

__all__ = [
    'FEDRO',
    'FER2013',
    'KDEF',
    'RAFDB',
    'SFEW',
    'AffectNet',
    'BlockOcclusion',
    'CKPlus',
    'ClassBalancedSampler',
    'DrawOccluders',
    'FERDataset',
    'FERPlus',
    'FaceFolder',
    'FaceScenes',
    'FlipFace',
    'FreeFormHole',
    'GaussianNoise',
    'ImageTable',
    'LoadFace',
    'LoadOcclusion',
    'OccluFER',
    'OcclusionHole',
    'PackFace',
    'PackScene',
    'PasteOccluders',
    'PatchHole',
    'PatchOcclusion',
    'SyntheticFaces',
    'whole_batch',
]
