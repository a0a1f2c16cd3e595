"""``_base_ = 'ofer::orsanet_rafdb.py'`` in a user's config inherits one of the configs that come with the package.

mmengine knows ``package::config`` only for OpenMMLab's own packages, and looks for their metafiles where ``mim`` puts them.
"""

from mmengine.config import Config

from ofer.shipped import find_base

_path_of_base = Config._get_cfg_path


def _path_of_shipped_base(cfg_path: str, filename: str) -> tuple[str, str | None]:
    """``Config._get_cfg_path`` that knows ``ofer::NAME``."""
    package, _, name = cfg_path.partition('::')
    if package != 'ofer' or not name:
        return _path_of_base(cfg_path, filename)
    try:
        return str(find_base(name)), None  # no _scope_ in every entry: the base's default_scope says where names are looked up
    except ValueError as error:
        raise ValueError(f'{filename}: _base_ = {cfg_path!r}: {error}') from error


Config._get_cfg_path = staticmethod(_path_of_shipped_base)
