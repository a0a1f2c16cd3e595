"""Models that predict an expression."""

from .latent_fer import LatentFER
from .latent_ofer import LatentOFER
from .orsanet import ORSANet

__all__ = ['LatentFER', 'LatentOFER', 'ORSANet']
