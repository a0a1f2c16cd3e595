"""The user interface of the package in Python."""

from ofer.apis.configs import list_models
from ofer.apis.models import get_model

__all__ = ['get_model', 'list_models']
