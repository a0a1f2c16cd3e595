"""Everything on the page docs/serve.md runs: its servers are built, and its requests answered by one that runs."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

from ofer.apis.inferencer import FERInferencer
from ofer.cli.main import main, parse
from ofer.serving.limits import ServingLimits
from ofer.serving.service import Service
from tests.inference.conftest import META

from .conftest import FACE, ROOT, client_of
from .test_load import portrait

PAGE = (ROOT / 'docs' / 'serve.md').read_text(encoding='utf-8')
COMMANDS = [line for block in re.findall(r'```bash\n(.*?)```', PAGE, re.DOTALL) for line in block.strip().splitlines()]
ADDRESS = 'http://127.0.0.1:8000'


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ('photo.jpg', 'more.png'):
        (tmp_path / name).write_bytes(portrait())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_is_of_a_known_kind() -> None:
    kinds = ('pip install', 'ofer serve', 'ofer analyze serving-load', 'curl')
    assert [line for line in COMMANDS if not line.startswith(kinds)] == []


@pytest.mark.parametrize('line', [line for line in COMMANDS if line.startswith('ofer serve')])
def test_the_servers_are_built(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Any] = []
    monkeypatch.setattr('ofer.serving.server.serve', lambda *arguments: served.append(arguments))
    words = shlex.split(line)[1:]
    main(words)
    [(service, host, port, page, _, _)] = served
    assert isinstance(service, Service)
    assert (host, port, page) == ('127.0.0.1', 8001 if '--port' in words else 8000, '--no-page' not in words)
    assert list(service.models) == ['default', 'again'][: 1 + words.count('--also')]
    service.close()


def test_a_server_runs_exported_files(inferencer: FERInferencer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``--backend`` reaches the networks of a server, and they answer as those of torch."""
    pytest.importorskip('onnx', reason='exporting needs onnx')
    pytest.importorskip('onnxruntime', reason='running exported files needs onnxruntime')
    monkeypatch.setenv('OFER_HOME', str(tmp_path))
    served: list[Any] = []
    monkeypatch.setattr('ofer.serving.server.serve', lambda *arguments: served.append(arguments[0]))
    model: Any = inferencer.answering.recogniser
    torch.save(dict(meta=META, state_dict=model.model.state_dict()), weights := tmp_path / 'tiny.pth')
    options = ['--weights', str(weights), '--no-detect', '--no-landmarks', '--no-page']
    answers = []
    for backend in ('torch', 'onnx'):
        main(['serve', *options, '--backend', backend])
        answer = client_of(served[-1]).post('/predict', files=[('files', ('a.png', FACE))])
        assert answer.status_code == 200
        answers.append(answer.json()['results'][0])
        served[-1].close()
    assert list(tmp_path.glob('exported/default-*.onnx'))
    (one, other) = (answer['probabilities'] for answer in answers)
    assert other == pytest.approx(one, abs=1e-3)


@pytest.mark.parametrize('line', [line for line in COMMANDS if line.startswith('curl')])
def test_the_requests_are_answered(line: str, address: str, photos: Path) -> None:
    if shutil.which('curl') is None:
        pytest.skip('curl is not installed')
    words = shlex.split(line.replace(ADDRESS, address))
    answer = subprocess.run([*words, '--silent', '--fail'], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert '"happiness"' in answer.stdout or '"happy"' in answer.stdout


def test_the_program_prints_faces(address: str, photos: Path, capsys: pytest.CaptureFixture) -> None:
    [program] = re.findall(r'```python\n(.*?)```', PAGE, re.DOTALL)
    exec(compile(program.replace(ADDRESS, address), 'serve.md', 'exec'), {})
    assert capsys.readouterr().out.startswith('photo.jpg happiness 0.9')


def test_the_defaults_on_the_page_are_those_of_the_command() -> None:
    from ofer.cli.serve import serving_limits

    limits = serving_limits(parse(['serve']))
    assert limits == ServingLimits()
    table = PAGE.partition('| limit | default | option |')[2].partition('\n\n')[0]
    numbers = (limits.upload // 10**6, limits.images, limits.pixels // 10**6, limits.faces, limits.seconds, limits.waiting)
    numbers += (limits.video_upload // 10**6, limits.video_seconds, limits.video_frames)
    assert list(map(int, re.findall(r'\b\d+\b', table))) == list(map(int, numbers))
    options = set(re.findall(r'--[a-z][a-z-]+', table))
    assert options == {f'--{name}' for name in ('max-upload', 'max-images', 'max-pixels', 'max-faces', 'max-seconds', 'queue')} | {
        f'--max-{name}' for name in ('video', 'video-seconds', 'frames')
    }


def test_the_pictures_are_small() -> None:
    for picture in re.findall(r'\]\((\w+\.webp)\)', PAGE):
        assert 10_000 < (ROOT / 'docs' / picture).stat().st_size < 150_000
