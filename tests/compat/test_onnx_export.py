"""Export by the older exporter of torch: what it writes computes the same."""

from pathlib import Path

import pytest
import torch

from ofer.models import SSGM

onnx = pytest.importorskip('onnx', reason='writing ONNX needs the package onnx')


@pytest.mark.filterwarnings('ignore')
def test_spectral_norm_is_exported(tmp_path: Path) -> None:
    from onnx.reference import ReferenceEvaluator

    torch.manual_seed(0)
    network = SSGM(channels=8, semantic_channels=6, hidden=4).eval()
    features, semantics = torch.randn(2, 8, 4, 4), torch.randn(2, 6, 4, 4)
    path = tmp_path / 'ssgm.onnx'
    torch.onnx.export(network, (features, semantics), str(path), input_names=['x', 's'], dynamo=False, opset_version=18)
    (found,) = ReferenceEvaluator(str(path)).run(None, {'x': features.numpy(), 's': semantics.numpy()})
    with torch.no_grad():
        torch.testing.assert_close(torch.from_numpy(found), network(features, semantics), atol=1e-4, rtol=1e-4)
