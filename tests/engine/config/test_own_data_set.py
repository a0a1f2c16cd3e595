"""A config that inherits one of the package, with a data set class of the user's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mmengine.dataset import BaseDataset
from mmengine.registry import DefaultScope

from ofer.datasets import FERDataset
from ofer.engine.config import TRAINING, read_config
from ofer.registry import DATASETS

HEAD = "_base_ = 'ofer::orsanet_rafdb.py'\n"
LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


@pytest.fixture(autouse=True)
def _classes() -> Iterator[None]:
    class MyFaces(FERDataset):
        """The arguments of the package's data sets, and another one."""

        def __init__(self, data_root: str, split: str, quality: float = 0.5, **others: object) -> None:
            self.quality = quality
            super().__init__(data_root, split, **others)

        def read_annotation(self) -> tuple[str, list[dict]]:
            raise NotImplementedError

    class OtherFaces(BaseDataset):
        """Other arguments."""

        def __init__(self, folder: str, pipeline: list) -> None:
            self.folder = folder
            super().__init__(pipeline=pipeline, lazy_init=True)

    ours = {cls.__name__: cls for cls in (MyFaces, OtherFaces)}
    before = dict(DATASETS.module_dict)  # another test may have imported a package with such a class
    DATASETS.module_dict.update(ours)
    yield
    DATASETS.module_dict.clear()
    DATASETS.module_dict.update(before)


def write(folder: Path, text: str) -> Path:
    path = folder / 'mine.py'
    path.write_text(HEAD + text, encoding='utf-8')
    return path


def test_its_own_arguments_join_the_inherited_ones(tmp_path: Path) -> None:
    loaders = ''.join(f"{name} = dict(dataset=dict(type='MyFaces', quality=0.9))\n" for name in LOADERS)
    config = read_config(write(tmp_path, f"data_root = 'my/faces'\n{loaders}"), needs=TRAINING)
    data = [DATASETS.build({**config[name].dataset, 'lazy_init': True}) for name in LOADERS]
    assert [type(one).__name__ for one in data] == ['MyFaces'] * 3
    assert [(one.data_root, one.split, one.quality) for one in data] == [
        ('my/faces', 'train', 0.9), ('my/faces', 'test', 0.9), ('my/faces', 'test', 0.9),
    ]  # fmt: skip


def test_other_arguments_need_delete_and_the_message_says_so(tmp_path: Path) -> None:
    loaders = ''.join(f"{name} = dict(dataset=dict(type='OtherFaces', folder='my/faces'))\n" for name in LOADERS)
    with pytest.raises(ValueError, match=r'train_dataloader\.dataset\.split: OtherFaces has no such argument') as error:
        read_config(write(tmp_path, loaders))
    assert 'It is inherited: add _delete_=True to this dict, which then inherits nothing.' in str(error.value)


def test_with_delete_only_its_own_arguments_are_left(tmp_path: Path) -> None:
    loaders = ''.join(
        f"{name} = dict(dataset=dict(_delete_=True, type='OtherFaces', folder='my/faces', pipeline=_base_.test_pipeline))\n"
        for name in LOADERS
    )
    config = read_config(write(tmp_path, loaders), needs=TRAINING)
    with DefaultScope.overwrite_default_scope(config.default_scope):
        data = DATASETS.build(config.train_dataloader.dataset)
    assert data.folder == 'my/faces'
    assert config.train_dataloader.batch_size == 20  # the loader is inherited


def test_an_argument_that_the_file_states_itself_is_not_called_inherited(tmp_path: Path) -> None:
    path = write(tmp_path, "train_dataloader = dict(dataset=dict(type='MyFaces', splitt='train', pipelin=[]))\n")
    path.write_text(path.read_text() + 'model = dict(backbone=dict(depht=3))\n')
    with pytest.raises(ValueError, match='depht') as error:
        read_config(path)
    assert 'inherited' not in str(error.value)


@pytest.mark.parametrize(
    ('line', 'message'),
    [
        ("dataset = dict(type='MyFaces')", r'dataset: nothing reads this, and MyFaces is used nowhere. Put it into the loaders'),
        ("optimizer = dict(type='SGD', lr=0.1)", r'optimizer: nothing reads this, and SGD is used nowhere. Put it into optim_wrapper'),
        ("head = dict(type='LinearClsHead')", r'head: nothing reads this, .*\. Put it into model = dict\(head='),
    ],
)
def test_a_component_beside_its_place_is_refused(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_config(write(tmp_path, f'{line}\n'))


def test_helpers_are_no_components_beside_their_place(tmp_path: Path) -> None:
    text = "faces = dict(type='MyFaces', quality=0.9)\ntrain_dataloader = dict(dataset=faces)\nnotes = dict(type='a table')\n"
    assert read_config(write(tmp_path, text)).train_dataloader.dataset.quality == 0.9


def test_a_type_that_is_no_name_is_one_message_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'train_dataloader\.dataset\.type=\[\]: expected the name of a component'):
        read_config(write(tmp_path, "faces = dict(type='MyFaces')\ntrain_dataloader = dict(dataset=dict(type=[]))\n"))
