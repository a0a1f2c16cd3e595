"""RAN: region attention networks (Wang et al., 2020)."""

from .attention import RegionAttention, weighted_mean
from .head import RegionHead, region_biased_loss
from .model import RAN
from .regions import REGIONS, crop_regions

__all__ = ['RAN', 'REGIONS', 'RegionAttention', 'RegionHead', 'crop_regions', 'region_biased_loss', 'weighted_mean']
