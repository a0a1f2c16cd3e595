"""Recognisers from a config and a checkpoint."""

from pathlib import Path

import pytest
import torch

from ofer.apis.models import get_model
from ofer.apis.recognisers import load_recogniser
from ofer.engine.config import read_config
from ofer.shipped import find_config

SMALL = ['landmark_prior.network.width=0.25', 'interaction.landmark_channels=128', 'interaction.size=1']


@pytest.mark.parametrize('suffix', ['pth', 'safetensors'])
def test_frozen_priors_that_are_not_in_the_file_read_their_own(tmp_path: Path, suffix: str) -> None:
    from safetensors.torch import save_file

    config = read_config(find_config('demo_orsanet'), [f'model.{setting}' for setting in SMALL])
    model = get_model(config)
    prior = model.landmark_prior.state_dict()
    config.model.landmark_prior.checkpoint = str(tmp_path / 'prior.pth')
    torch.save({name.removeprefix('network.'): value for name, value in prior.items()}, tmp_path / 'prior.pth')
    state = {name: value for name, value in model.state_dict().items() if not name.startswith('landmark_prior.')}
    file = tmp_path / f'whole.{suffix}'
    if suffix == 'pth':
        torch.save(dict(state_dict=state, meta=dict(dataset_meta=dict(classes=tuple('abcdefg')))), file)
        loaded = load_recogniser(config, file, fuse=False).model
    else:
        save_file({name: value.contiguous() for name, value in state.items()}, file)
        loaded = get_model(config, file)
    read = loaded.state_dict()
    for name, value in model.state_dict().items():
        torch.testing.assert_close(read[name], value, msg=name)
    (tmp_path / 'prior.pth').unlink()
    with pytest.raises(FileNotFoundError, match=r'prior\.pth'):
        get_model(config, file)
