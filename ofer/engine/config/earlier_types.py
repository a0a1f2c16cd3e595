"""Components of earlier versions, and what replaces them."""

EARLIER_TYPES = {
    'StagedLoss': 'It is called ScheduledLoss since version 0.2, and its stages are called phases.',
    'LatentEncoder': "Since version 0.2, its network takes its place: encoder=dict(type='ConvStemViT', ...).",
}
"""The remedy by the former name of a type."""
