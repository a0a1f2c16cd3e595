from .face_head import FaceHead
from .gated_linear import GatedLinearHead
from .linear import DropoutLinearHead
from .occlusion_map import OcclusionMapHead
from .published_latent import PublishedLatentHead

__all__ = ['DropoutLinearHead', 'FaceHead', 'GatedLinearHead', 'OcclusionMapHead', 'PublishedLatentHead']
