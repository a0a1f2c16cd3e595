"""The site builds strictly: every page is in the navigation, every link leads somewhere, and what users call is in the reference."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ofer

pytest.importorskip('mkdocs', reason="needs the extra docs: pip install 'ofer[docs]'")

ROOT = Path(__file__).resolve().parents[2]


def build(root: Path, folder: Path) -> subprocess.CompletedProcess:
    """Build the site of a copy of the project."""
    command = [sys.executable, '-m', 'mkdocs', 'build', '-f', str(root / 'mkdocs.yml'), '-d', str(folder)]
    environment = {**os.environ, 'NO_MKDOCS_2_WARNING': '1'}
    return subprocess.run(command, capture_output=True, text=True, timeout=200, cwd=root, env=environment)


@pytest.fixture(scope='module')
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp('site')
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_there(site: Path) -> None:
    pages = {path.stem for path in (ROOT / 'docs').glob('*.md')} | {'index'}
    assert pages <= {path.stem for path in site.glob('*.html')}
    index = (site / 'index.html').read_text(encoding='utf-8')
    assert all(f'href="{page}.html"' in index for page in pages - {'index'})
    assert 'src="predict.jpg"' in index


def test_the_reference_has_what_users_call(site: Path) -> None:
    reference = ''.join(path.read_text(encoding='utf-8') for path in (site / 'api').glob('*.html'))
    headings = set(re.findall(r'<h\d id="([\w.]+)" class="doc doc-heading">', reference))
    named = {heading.rpartition('.')[2] for heading in headings}
    assert {name for name in ofer.__all__ if name[0] != '_'} <= named
    assert {'FaceResult', 'FaceResults', 'MODELS', 'FaceSample'} <= named
    assert not re.findall(r':\w+:<code>', reference)


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob('*.html'):
        assert not re.findall(r'(?:src|<link[^>]+href)="https?://[^"]+', page.read_text(encoding='utf-8')), page


def test_links_to_code_are_names(site: Path) -> None:
    text = (site / 'own_model.html').read_text(encoding='utf-8')
    assert 'href="../' not in text
    assert 'projects/eac' in text
    assert 'href="../predict.html"' in (site / 'api' / 'inference.html').read_text(encoding='utf-8')


def test_links_that_lead_nowhere_are_errors(tmp_path: Path) -> None:
    (tmp_path / 'docs').mkdir()
    config = (ROOT / 'mkdocs.yml').read_text(encoding='utf-8')
    text = config.partition('\nhooks:')[0] + '\nmarkdown_extensions: [toc]\nnav: [a.md]\n'
    (tmp_path / 'mkdocs.yml').write_text(text, encoding='utf-8')
    (tmp_path / 'docs' / 'a.md').write_text('# A\n[page](b.md) [code](../c.py) [heading](#none)\n', encoding='utf-8')
    (tmp_path / 'docs' / 'site.css').touch()
    (tmp_path / 'docs' / 'unlisted.md').write_text('# U\n', encoding='utf-8')
    built = build(tmp_path, tmp_path / 'site')
    assert built.returncode == 1
    for target in ("'b.md'", "'../c.py'", "'#none'", 'unlisted.md'):
        assert target in built.stderr
