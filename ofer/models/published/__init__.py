"""Components of the published Latent-OFER network that only its published weights use; new trainings have others.

``ofer convert latent_ofer`` and ``latent_ofer_fer_rafdb_published`` use them.
"""

from .latent_box import LatentBoxMLP
from .latent_head import PublishedLatentHead

__all__ = ['LatentBoxMLP', 'PublishedLatentHead']
