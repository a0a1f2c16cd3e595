"""DAN: distract your attention network (Wen et al., 2021)."""

from .attention import DANAttention
from .head import DANHead
from .losses import AffinityLoss, PartitionLoss, affinity_loss, partition_loss

__all__ = ['AffinityLoss', 'DANAttention', 'DANHead', 'PartitionLoss', 'affinity_loss', 'partition_loss']
