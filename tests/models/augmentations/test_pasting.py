from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ofer.models.augmentations.pasting import blend, cut_out
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


@pytest.fixture
def cutouts(tmp_path: Path) -> Path:
    """One red square with a clear border."""
    picture = np.zeros((20, 20, 4), np.uint8)
    picture[4:16, 4:16] = (0, 0, 255, 255)  # BGRA
    assert cv2.imwrite(str(tmp_path / 'square.png'), picture)
    return tmp_path


def still(source: dict, **options) -> torch.nn.Module:
    """Pastes where the source puts it, as it is."""
    settings = dict(number=8, size=24, prob=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0, light=(1.0, 1.0)) | options
    return MODELS.build(dict(type='BatchPasting', source=source, **settings))


def test_half_the_size_keeps_colour_and_counts_the_share():
    picture = torch.full((1, 3, 4, 4), 90.0)
    mask = torch.zeros(1, 1, 4, 4)
    mask[..., :3] = 1
    result = cut_out(picture, mask)
    torch.testing.assert_close(result[0, 3], torch.tensor([[1.0, 0.5], [1.0, 0.5]]))
    torch.testing.assert_close(result[0, 0], torch.tensor([[90.0, 45.0], [90.0, 45.0]]))


def test_blending_over_grey_makes_grey():
    layer = torch.tensor([255.0, 0.0, 0.0, 1.0]).view(1, 4, 1, 1)
    assert float(blend(torch.full((1, 1, 1, 1), 7.0), layer)) == pytest.approx(0.299 * 255)
    assert blend(torch.full((1, 3, 1, 1), 7.0), layer).flatten().tolist() == [255, 0, 0]
    half = torch.tensor([100.0, 100.0, 100.0, 0.5]).view(1, 4, 1, 1)
    assert blend(torch.full((1, 3, 1, 1), 50.0), half).flatten().tolist() == [125, 125, 125]


def test_cut_outs_cover_what_they_mark(cutouts):
    torch.manual_seed(0)
    given = FaceBatch(torch.full((16, 3, 24, 24), 100.0), torch.zeros(16, 1, 24, 24))
    result = still(dict(type='PasteOccluders', folder=str(cutouts), rotation=(0, 0), light=(1, 1)))(given)
    full, none = result.occlusion == 1, result.occlusion == 0
    assert bool((full.flatten(1).sum(1) > 20).all())
    colours = result.images.permute(0, 2, 3, 1)
    red = torch.tensor([255.0, 0.0, 0.0])
    difference = (colours[full[:, 0]] - red).abs().amax(1)
    assert float((difference < 1e-2).float().mean()) > 0.9
    assert float(difference.max()) < 60  # where the cut-out's edge lets the table's background through
    assert bool((colours[none[:, 0]] == 100).all())
    assert not given.occlusion.any()


def test_drawn_occluders_keep_no_background_and_stay_the_same():
    source = dict(type='DrawOccluders', face=(0.5, 0.54, 0.42))
    table = still(source).draw_table()
    assert table.shape == (8, 4, 24, 24)
    assert torch.equal(table, still(source).draw_table())
    assert float(table[:, 3].flatten(1).mean(1).min()) > 0.005
    assert not table[:, :3][table[:, 3:].expand(-1, 3, -1, -1) == 0].any()


def test_only_the_given_share_is_covered(cutouts):
    torch.manual_seed(0)
    given = FaceBatch(torch.full((200, 1, 24, 24), 100.0), torch.zeros(200, 1, 24, 24))
    result = still(dict(type='PasteOccluders', folder=str(cutouts)), prob=0.3)(given)
    assert 0.2 < float((result.occlusion.flatten(1).amax(1) > 0).float().mean()) < 0.4


def test_the_table_is_in_no_checkpoint(cutouts):
    pasting = still(dict(type='PasteOccluders', folder=str(cutouts)))
    pasting(FaceBatch(torch.zeros(1, 1, 24, 24), torch.zeros(1, 1, 24, 24)))
    assert not pasting.state_dict()


def test_bad_arguments_are_named(tmp_path):
    with pytest.raises(ValueError, match='number=0'):
        still(dict(type='DrawOccluders'), number=0)
    with pytest.raises(FileNotFoundError, match='nowhere'):
        still(dict(type='PasteOccluders', folder=str(tmp_path / 'nowhere')))(FaceBatch(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)))
