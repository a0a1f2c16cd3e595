import zipfile
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.model import BaseModel
from torch import nn

from ofer.datasets import FER2013, FaceFolder, SyntheticFaces
from ofer.engine.caching.cache_key import cache_key, data_key, plain_pipeline
from ofer.files.archive import _opened as opened

LOAD, RESIZE, PACK = {'type': 'LoadFace'}, {'type': 'Resize', 'scale': 224}, {'type': 'PackFace'}


def test_what_shows_the_image_as_it_is_stays() -> None:
    chance = [{'type': 'RandomFlip', 'prob': 0.5}, {'type': 'torchvision/ColorJitter'}, {'type': 'RandomErasing'}]
    assert plain_pipeline([LOAD, chance[0], RESIZE, *chance[1:], PACK]) == [LOAD, RESIZE, PACK]


@pytest.mark.parametrize('name', ['torchvision/RandomAffine', 'RandomResizedCrop', 'NeverHeardOf'])
def test_what_moves_the_image_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f'{name.split("/")[-1]} may change'):
        plain_pipeline([LOAD, {'type': name}, PACK])


def test_mirrors_of_another_kind_are_refused() -> None:
    assert plain_pipeline([dict(type='RandomFlip', prob=0.5, direction='horizontal')]) == []
    with pytest.raises(ValueError, match="RandomFlip with direction='vertical'"):
        plain_pipeline([dict(type='RandomFlip', prob=0.5, direction='vertical')])


def test_what_covers_a_face_that_is_measured_is_refused() -> None:
    for split in ('val', 'test'):
        with pytest.raises(ValueError, match=f'BlockOcclusion changes the faces of the {split} split'):
            plain_pipeline([LOAD, {'type': 'BlockOcclusion'}, PACK], split)
        assert plain_pipeline([LOAD, {'type': 'FlipFace'}, PACK], split) == [LOAD, PACK]


@pytest.mark.parametrize(
    'change',
    [dict(seed=1), dict(size=49), dict(num_classes=8), dict(occlusion=0.5), dict(split='val'), dict(length=3), dict(indices=[1, 0])],
)
def test_other_drawings_are_told_apart_without_drawing(change: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(SyntheticFaces, 'draw')
    plain = dict(size=48, length=2)
    first = data_key(SyntheticFaces(**plain))
    assert first == data_key(SyntheticFaces(**plain, occluders=['mask'], keep=True))  # of which nothing is drawn
    assert first != data_key(SyntheticFaces(**{**plain, **change}))


def test_files_of_one_size_are_told_apart(tmp_path: Path) -> None:
    def folder(content: bytes) -> dict:
        (tmp_path / 'a').mkdir(exist_ok=True)
        (tmp_path / 'a' / '0.png').write_bytes(content)
        return data_key(FaceFolder(str(tmp_path), classes=('a',), split=None))

    first, again, other = folder(b'same'), folder(b'same'), folder(b'size')
    assert first == again
    assert first['images'] != other['images']


def test_images_without_files_of_their_own_are_told_apart(tmp_path: Path) -> None:
    def table(last: int) -> dict:
        rows = [f'0,{" ".join(["7"] * 2303)} {last},Training', f'1,{" ".join(["8"] * 2304)},Training']
        (tmp_path / 'fer2013.csv').write_text('\n'.join(['emotion,pixels,Usage', *rows]))
        return data_key(FER2013(str(tmp_path)))

    def archive(content: bytes) -> dict:
        with zipfile.ZipFile(tmp_path / 'train.zip', 'w') as file:
            file.writestr('a/0.png', content)
        opened.clear()
        return data_key(FaceFolder(str(tmp_path), classes=('a',), split='train'))

    for make, values in ((table, (7, 8)), (archive, (b'same', b'size'))):
        first, again, other = make(values[0]), make(values[0]), make(values[1])
        assert first == again
        assert first['images'] != other['images']


MIXUP = dict(batch_augments=dict(augments=dict(type='Mixup')))


@pytest.mark.parametrize('changes', [dict(augmentations=[dict(type='BatchLight'), dict(type='BatchAffine')]), MIXUP])
def test_what_moves_the_images_of_a_batch_is_refused(changes: dict) -> None:
    class Model(BaseModel):
        precomputed_parts = ('prior',)

        def __init__(self) -> None:
            super().__init__()
            self.prior = nn.Linear(1, 1).requires_grad_(False)

        def forward(self, *_: object) -> None: ...

    loader = dict(dataset=dict(pipeline=[LOAD, PACK]))
    config = Config(dict(model=dict(prior={}, data_preprocessor=changes), train_dataloader=loader, val_dataloader=loader))
    with pytest.raises(ValueError, match=r'(BatchAffine|batch_augments) of the data_preprocessor may change where things are'):
        cache_key(config, Model(), 'train')
    assert cache_key(config, Model(), 'val')  # nothing is augmented there
    config.model.data_preprocessor = dict(augmentations=[dict(type='BatchPasting')])
    assert cache_key(config, Model(), 'train')
