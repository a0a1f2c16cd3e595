from .gated_linear import GatedLinearHead
from .published_latent import PublishedLatentHead

__all__ = ['GatedLinearHead', 'PublishedLatentHead']
