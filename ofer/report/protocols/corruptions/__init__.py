"""The fifteen common corruptions (Hendrycks and Dietterich, ICLR 2019) at five severities.

Own implementations on whole batches: the published code needs ImageMagick, and the packages made from it have not followed their own
dependencies since 2020. Severities are the published ones; lengths in pixels are for images of 224 and scale with the image. Frost and snow
are drawn, not photographed, and glass and elastic move pixels in one step, so numbers compare within this protocol only.
"""

from ofer.report.protocols.corruptions.table import CORRUPTIONS, corruption_conditions

__all__ = ['CORRUPTIONS', 'corruption_conditions']
