from .face_head import FaceHead
from .gated_linear import GatedLinearHead
from .published_latent import PublishedLatentHead

__all__ = ['FaceHead', 'GatedLinearHead', 'PublishedLatentHead']
