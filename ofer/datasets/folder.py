"""Any images that are sorted into one folder for each class."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ofer.categories import canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import TRAINING_NAMES, VALIDATION_NAMES, class_folder, find_split, loose_items, scan_copy, what_lies
from ofer.files.archive import scan
from ofer.registry import DATASETS

SPLIT_NAMES = {'train': TRAINING_NAMES, 'val': VALIDATION_NAMES, 'test': ('test', 'testing')}


@DATASETS.register_module()
class FaceFolder(FERDataset):
    """A folder (or zip archive) for each split, with one folder for each class.

    Folders are matched by name in any common spelling (``happy``, ``Happiness``, ``3_happy``), so a model trained on one set can be
    tested on another. Numbers, and classes other than the basic expressions, need a mapping.

    Args:
        data_root: the folder.
        split: ``train``, ``val`` or ``test``, a folder or archive in ``data_root``; None: the class folders are in ``data_root`` itself.
        num_classes: 7, or 8 with contempt. Not used if ``classes`` is given.
        mapping: class of each folder; None excludes a folder. Other folders are matched by name.
        classes: names of the classes in the order of the labels, for data with other classes than the basic expressions.
        pipeline: see :class:`ofer.datasets.base.FERDataset`, as for the rest.
        indices: to use a part.
        lazy_init: read the files on first use.
        preload: decode every image once and keep it in memory.
        damaged: stop at a damaged image, or skip it.
    """

    SPLITS = (None, 'train', 'val', 'test')

    def __init__(
        self,
        data_root: str,
        split: str | None = None,
        num_classes: int = 7,
        mapping: Mapping[str, str | None] | None = None,
        classes: Sequence[str] | None = None,
        pipeline: Sequence[Mapping | Callable] = (),
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
        preload: bool = False,
        damaged: str = 'stop',
    ) -> None:
        self.mapping = {str(folder): name for folder, name in (mapping or {}).items()}
        self.own_classes = None if classes is None else tuple(classes)
        wrong = sorted({name for name in self.mapping.values() if name is not None and name not in self.class_names(8)})
        if wrong:
            raise ValueError(f'mapping names the class {wrong[0]!r}, none of {", ".join(self.class_names(8))}. Set classes, or correct it.')
        super().__init__(data_root, split, num_classes, pipeline, None, indices, lazy_init, preload, damaged)

    def class_names(self, num_classes: int) -> tuple[str, ...]:
        """The given classes, or the basic expressions."""
        return self.own_classes or super().class_names(num_classes)

    def how_to_get(self) -> str:
        """Faces of the user's own, or an occluded copy of them."""
        return 'Put or link your faces there, or set data_root. Test sets with pasted objects are written by ofer prepare occluded-set.'

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        container = None if self.split is None else find_split(self.data_root, SPLIT_NAMES[self.split])
        if container is None and self.split is not None:
            raise FileNotFoundError(
                f'{self.data_root}: no folder or archive {self.split}. Make one, or set split=None where the folders of the classes are '
                f'directly in data_root. {what_lies(self.data_root)}'
            )
        tree = scan(container) if container else scan_copy(self.data_root)
        items = []
        for name in tree.images:
            if not class_folder(name):
                continue
            item: dict[str, Any] = {'img_path': f'{tree.path}/{name}', 'unlabelled': f'folder {class_folder(name)}'}
            try:
                item['expression'] = self._expression(class_folder(name), item['img_path'])
            except ValueError as error:
                item['problem'] = error
            items.append(item)
        return tree.describe(), items + loose_items(tree, ', '.join(self.class_names(8)))

    def _expression(self, folder: str, path: str) -> str | None:
        if folder in self.mapping:
            return self.mapping[folder]
        own = {name.lower(): name for name in self.own_classes or ()}
        expression = own.get(folder.lower()) or canonical_expression(folder)
        if expression is None or expression not in self.class_names(8):
            raise ValueError(
                f'{path}: the folder {folder!r} is none of the classes {", ".join(self.class_names(8))}. '
                f'Say what it means by mapping={{{folder!r}: ...}}.'
            )
        return expression
