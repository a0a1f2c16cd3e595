"""The plans that compare cross entropy with and without DARE."""

from pathlib import Path

import pytest

from ofer.engine.ablation import read_plan
from ofer.engine.config import read_file
from ofer.registry import MODELS

PLANS = sorted((Path(__file__).resolve().parents[1] / 'configs').glob('plan_*.py'))


@pytest.mark.parametrize('path', PLANS, ids=[path.stem for path in PLANS])
def test_the_variants_differ_in_dare_alone(path: Path) -> None:
    configs = read_plan(path)
    plain, dare, published = (config.model.get('head', config.model).loss.phases[0].terms for config in configs.values())
    assert [terms[1].type for terms in (plain, dare, published)] == ['DARELoss'] * 3
    assert (plain[1].loss_weight, dare[1].loss_weight, published[1].loss_weight) == (0, 0.1, 0.1)
    assert published[1].form == 'published'
    assert plain[0] == dare[0] == published[0]
    assert len(read_file(path).seeds) >= 5
    for terms in (plain, dare, published):
        MODELS.build(dict(terms[1]))


def test_a_plan_for_another_scene() -> None:
    plan = next(path for path in PLANS if path.stem == 'plan_dare_scenes')
    config = read_plan(plan, base='dare_spectralformer_houston_pixel')['with DARE']
    assert config.model.backbone.num_bands == 144
