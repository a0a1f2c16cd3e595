"""``_base_ = 'ofer::orsanet_rafdb.py'`` in a user's config inherits a config of the package.

mmengine supports ``package::config`` only for the packages of OpenMMLab, whose metafiles it expects where ``mim`` puts them.
"""

from mmengine.config import Config

from ofer.shipped import find_base

_path_of_base = Config._get_cfg_path


def _path_of_shipped_base(cfg_path: str, filename: str) -> tuple[str, str | None]:
    """``Config._get_cfg_path`` with support for ``ofer::NAME``."""
    package, _, name = cfg_path.partition('::')
    if package != 'ofer' or not name:
        return _path_of_base(cfg_path, filename)
    try:
        return str(find_base(name)), None  # no _scope_ in the entries: default_scope of the base sets the registry
    except ValueError as error:
        raise ValueError(f'{filename}: _base_ = {cfg_path!r}: {error}') from error


Config._get_cfg_path = staticmethod(_path_of_shipped_base)
