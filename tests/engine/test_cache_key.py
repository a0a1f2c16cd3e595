import pytest

from ofer.engine.cache_key import plain_pipeline

LOAD, RESIZE, PACK = {'type': 'LoadFace'}, {'type': 'Resize', 'scale': 224}, {'type': 'PackFace'}


def test_what_shows_the_image_as_it_is_stays() -> None:
    chance = [{'type': 'RandomFlip', 'prob': 0.5}, {'type': 'torchvision/ColorJitter'}, {'type': 'RandomErasing'}]
    assert plain_pipeline([LOAD, chance[0], RESIZE, *chance[1:], PACK]) == [LOAD, RESIZE, PACK]


@pytest.mark.parametrize('name', ['torchvision/RandomAffine', 'RandomResizedCrop', 'NeverHeardOf'])
def test_what_moves_the_image_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f'{name.split("/")[-1]} may change'):
        plain_pipeline([LOAD, {'type': name}, PACK])
