"""The parameters in a checkpoint, whatever is around them."""

from typing import Any

import pytest
import torch

from ofer.compat import unwrap_state_dict


@pytest.mark.parametrize(
    'wrap',
    [
        *((), ('state_dict',), ('model_state_dict',), ('state_dict_backbone',), ('model',), ('model', 'state_dict')),
        *(('net',), ('state_dict_ema',), ('ema_model',), ('params',), ('a_name_of_their_own',), ('model_state_dict', 'checkpoint')),
    ],
)
@pytest.mark.parametrize('prefix', ['', 'module.', 'module.module.', '_orig_mod.', 'module._orig_mod.', '_orig_mod.module.', 'model.'])
def test_unwrap_state_dict(wrap: tuple[str, ...], prefix: str) -> None:
    weight = torch.ones(2)
    content: dict[str, Any] = {f'{prefix}conv.weight': weight, f'{prefix}fc.bias': weight}
    for name in wrap:
        content = {name: content, 'epoch': 3}
    assert list(unwrap_state_dict(content)) == ['conv.weight', 'fc.bias']


@pytest.mark.parametrize('content', [{}, {'epoch': 3}, {'state_dict': {}}, {'state_dict': {'weight': 1.0}}, [1, 2]])
def test_unwrap_finds_no_parameters(content: Any) -> None:
    with pytest.raises(ValueError, match='no parameters found'):
        unwrap_state_dict(content)


def test_the_trained_weights_are_preferred_to_averaged_ones() -> None:
    content = {'state_dict_ema': {'a': torch.zeros(1)}, 'state_dict': {'a': torch.ones(1)}, 'optimizer': {'b': torch.ones(1)}}
    assert unwrap_state_dict(content)['a'] == 1


def test_a_compiled_part_and_a_counter_of_averaging() -> None:
    content = {'module.backbone._orig_mod.conv.weight': torch.ones(1), 'module.fc.bias': torch.ones(1), 'n_averaged': torch.ones(())}
    assert list(unwrap_state_dict(content)) == ['backbone.conv.weight', 'fc.bias']


def test_numbers_beside_bare_weights() -> None:
    assert list(unwrap_state_dict({'epoch': 3, 'args': {'lr': 1}, 'conv.weight': torch.ones(1)})) == ['conv.weight']


def test_two_wrappers_of_unknown_names_are_not_guessed() -> None:
    with pytest.raises(ValueError, match=r'no parameters found.*found student, teacher'):
        unwrap_state_dict({'student': {'a': torch.ones(1)}, 'teacher': {'a': torch.ones(1)}})
