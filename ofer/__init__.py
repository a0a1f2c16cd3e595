"""ofer: facial expression recognition that keeps working when the face is occluded.

``import ofer`` is instant: torch, mmengine and mmpretrain are imported by the names below on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = '0.2.0.dev0'

_API = {
    'FERInferencer': 'ofer.apis.inferencer',
    'get_model': 'ofer.apis',
    'list_models': 'ofer.apis',
    'occlusion_report': 'ofer.apis.reports',
}

if TYPE_CHECKING:
    from ofer.apis import get_model, list_models
    from ofer.apis.inferencer import FERInferencer
    from ofer.apis.reports import occlusion_report

__all__ = ['FERInferencer', '__version__', 'get_model', 'list_models', 'occlusion_report']


def __getattr__(name: str) -> Any:
    if name in _API:
        return getattr(import_module(_API[name]), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


def __dir__() -> list[str]:
    return sorted(__all__)
