"""DARE beyond faces: small images and hyperspectral scenes, with cross entropy alone and with DARE."""

from .band_tokens import PackSpectrum, band_tokens, mirrored
from .generated_scene import generate_scene
from .gfnet import GFNet
from .images import SklearnDigits, TorchvisionCIFAR
from .scene_files import read_scene
from .scene_metric import SceneMetric, kappa
from .scenes import GeneratedScene, HyperspectralScene
from .spectralformer import SpectralFormer

__all__ = [
    'GFNet',
    'GeneratedScene',
    'HyperspectralScene',
    'PackSpectrum',
    'SceneMetric',
    'SklearnDigits',
    'SpectralFormer',
    'TorchvisionCIFAR',
    'band_tokens',
    'generate_scene',
    'kappa',
    'mirrored',
    'read_scene',
]
