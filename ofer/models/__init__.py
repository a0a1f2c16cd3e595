"""Backbones, priors, necks, heads, losses, and the recognizers that put them together."""

from .backbones import *  # noqa: F403
from .heads import *  # noqa: F403
from .losses import *  # noqa: F403
from .necks import *  # noqa: F403
from .priors import *  # noqa: F403
from .recognizers import *  # noqa: F403
