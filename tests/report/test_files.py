"""The files of a report: page, tables, CSV, LaTeX; the check of submitted ones, and the leaderboard."""

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ofer.cli.main import main
from ofer.report.digest import digest
from ofer.report.leaderboard import read_leaderboard
from ofer.report.published import published
from ofer.report.rendering.words import head_lines
from ofer.report.schema import check_report, read_report

OWN = {'Latent-OFER': 'Lee et al.', 'ORSANet': 'Zhai et al.'}
VOID = {'meta', 'img', 'br', 'line', 'circle', 'rect', 'path', 'polyline'}


class Tags(HTMLParser):
    """Notes the tags of a page, and those that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for key, value in attrs if key in ('src', 'href') and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


def test_files(whole_report: Path) -> None:
    content = read_report(whole_report / 'report.json')
    page = (whole_report / 'report.html').read_text()
    tags = Tags()
    tags.feed(page)
    assert tags.open == tags.wrong == []
    assert all(link.startswith(('#', 'data:')) for link in tags.links)  # nothing is loaded from elsewhere
    assert not re.search(r'https?://', page)
    assert {f'#{name}' for name in content['sections']} <= set(tags.links)
    assert all(f'id="{link[1:]}"' in page for link in tags.links if link.startswith('#'))
    assert page.count('<svg') > 15
    assert page.count('class="legend"') == 1 + 6  # at the top, and where a chart shows both models
    assert 'b___c' in page  # names of models have no letters with a meaning

    [accuracy] = [c for c in content['sections']['clean']['cells'] if c['model'] == 'b___c' and c['metric'] == 'accuracy']
    shown = f'{100 * accuracy["value"]:.2f} ({100 * accuracy["low"]:.1f} to {100 * accuracy["high"]:.1f})'
    for name in ('report.html', 'report.md', 'report.tex'):
        assert shown in (whole_report / name).read_text(), name
    with (whole_report / 'clean.csv').open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(content['sections']['clean']['cells'])
    assert float(next(r for r in rows if r['model'] == 'b___c' and r['metric'] == 'accuracy')['value']) == accuracy['value']
    tex = (whole_report / 'report.tex').read_text()
    assert tex.count(r'\begin{tabular}') == tex.count(r'\end{tabular}') > 10
    assert not re.search(r'(?<!\\)[&]\s*(?<!\\)_', tex)

    assert 'Published numbers, not measured here' in (whole_report / 'report.md').read_text()
    assert '[92.28]' in page  # marked by brackets


def test_every_number_that_something_could_improve_is_marked(whole_report: Path) -> None:
    """Nobody says what these models were trained on: all their numbers, and the differences between them, have the mark."""
    content = read_report(whole_report / 'report.json')
    for model in ('a', 'b___c'):
        assert content['header']['models'][model]['contamination'] == ['training data unknown']
    found = [cell for section in content['sections'].values() for cell in section['cells'] if cell['metric'] != 'covered']
    assert all(cell['flags'] == ['training data unknown'] for cell in found)
    assert all(one['flags'] == ['training data unknown'] for one in content['differences'])
    [row] = re.findall(r'^\| square-black-20, accuracy .*', (whole_report / 'report.md').read_text(), re.MULTILINE)
    assert ')† |' in row
    with (whole_report / 'differences.csv').open() as file:
        assert {one['flags'] for one in csv.DictReader(file)} == {'training data unknown'}


def test_latex_is_well_formed(whole_report: Path) -> None:
    """Braces and environments are closed in order, and every row has as many cells as its table has columns."""
    tex = (whole_report / 'report.tex').read_text()
    depth = 0
    for brace in re.findall(r'(?<!\\)[{}]', tex):
        depth += 1 if brace == '{' else -1
        assert depth >= 0
    assert depth == 0
    opened: list[str] = []
    for word, name in re.findall(r'\\(begin|end)\{(\w+)\}', tex):
        if word == 'begin':
            opened.append(name)
        else:
            assert opened.pop() == name
    assert opened == []
    found = re.findall(r'\\begin\{tabular\}\{(l+r*)\}(.*?)\\end\{tabular\}', tex, re.DOTALL)
    assert len(found) > 10
    for columns, body in found:
        rows = [line for line in body.splitlines() if line.endswith(r' \\')]
        assert len(rows) > 1
        assert {len(re.findall(r'(?<!\\)&', row)) + 1 for row in rows} == {len(columns)}
    assert not re.search(r'(?<!\\)[%#$^]', re.sub(r'^% ofer.*|\$\^\\dagger\$|\$-\$', '', tex))
    assert re.search(r'& \$-\$\d', tex)
    assert not re.search(r'[ (]-\d', tex.partition('\n')[2])
    assert 'something could make the number better' in tex


@pytest.mark.skipif(shutil.which('pdflatex') is None, reason='LaTeX (pdflatex) is not installed')
def test_latex_compiles_within_the_width_of_the_text(whole_report: Path, tmp_path: Path) -> None:
    (tmp_path / 'report.tex').write_text((whole_report / 'report.tex').read_text())
    paper = r'\documentclass{article}\usepackage{booktabs,graphicx}\begin{document}\input{report}\end{document}'
    (tmp_path / 'paper.tex').write_text(paper)
    done = subprocess.run(['pdflatex', '-interaction=nonstopmode', 'paper.tex'], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    assert 'Overfull' not in done.stdout


def test_published_numbers_are_marked_and_come_with_source_and_protocol() -> None:
    found = published()
    assert len(found) > 100
    assert all(one.source and one.note and 0.2 < one.accuracy < 1 for one in found)
    known = {(one.data, one.condition, one.method): one.accuracy for one in found}
    assert known['FERPlus', 'occlusion', 'RAN'] == 0.8363
    assert known['RAFDB', 'square-mean-30', 'ORSANet'] == 0.8402
    assert known['AffectNet', 'occlusion', 'Latent-OFER'] == 0.661
    quoted = {(one.data, one.condition, one.method, one.source) for one in found if one.second_hand}
    assert {condition for data, condition, method, _ in quoted if (data, method) == ('FERPlus', 'RAN')} == {'clean', 'occlusion', 'pose_45'}
    assert ('FEDRO', 'all', 'OADN', 'Ding et al., OADN, IJCB 2020, as quoted by Lee et al., Latent-OFER, ICCV 2023, Tab. 4') in quoted
    assert ('AffectNet', 'occlusion', 'RAN') in {one[:3] for one in quoted}
    assert not any(f'quoted by {OWN.get(method)}' in source for _, _, method, source in quoted)
    for one in found:
        assert 'quoted' in one.source or 'second-hand' in one.source or not one.second_hand
        assert re.search(r'(19|20)\d\d', one.source) or one.source == 'quoted in a later paper; source not traced'
        assert re.search(r'Tab\. \d|not traced|training log', one.source)
        assert '{' not in one.source
    assert 'DSAN' in {method for _, _, method, _ in quoted}


def test_published_rows_of_latex_are_marked_and_have_their_source(whole_report: Path) -> None:
    tex = (whole_report / 'report.tex').read_text()
    [table] = [one for one in tex.split(r'\end{table}') if 'in \\%: clean, square-mean-10, square-mean-20, square-mean-30}' in one]
    measured, rest = table.partition(r'\midrule')[2].split(r'\midrule')
    assert [line.partition(',')[0] for line in measured.strip().splitlines()] == ['a', r'b\_\_\_c']
    assert '[' not in measured
    content = read_report(whole_report / 'report.json')
    [clean] = [c for c in content['sections']['clean']['cells'] if (c['model'], c['metric']) == ('a', 'accuracy')]
    assert f'& {100 * clean["value"]:.2f} (' in measured
    assert r'ORSANet (1) & [92.28] & [90.51] & [87.87] & [84.02] \\' in rest
    assert '(1) Zhai et al., ORSANet, ACM Multimedia 2025, Tab. 3. RAF-DB test, share of the area masked' in rest
    assert 'second-hand' not in table
    lists = r'RAN (1) & [86.90] & [82.72] & [86.74] & [85.20]* \\'
    [quoted] = [one for one in tex.split(r'\end{table}') if lists in one]
    assert '*: quoted second-hand' in quoted
    for name in ('report.md', 'report.html'):
        assert '[85.20]*' in (whole_report / name).read_text(), name


def cell_of(content: dict[str, Any], section: str, metric: str) -> dict[str, Any]:
    return next(cell for cell in content['sections'][section]['cells'] if cell['metric'] == metric)


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda content: content.pop('sections'), "has no 'sections'"),
        (lambda content: content.update(schema=0), 'schema 0, and this version of ofer reads 2'),
        (lambda content: content['sections']['clean']['cells'][0].update(value=0.99), 'was changed after it was written'),
        (lambda content: content['sections']['clean']['cells'][0].update(value=1.5), 'accuracy has value=1.5: expected a number in [0, 1]'),
        (lambda content: content['sections']['clean']['cells'][0].update(value='high'), "value='high': expected a number or null"),
        (lambda content: cell_of(content, 'artificial', 'drop').update(low=-1.5), 'drop has low=-1.5: expected a number in [-1, 1]'),
        (lambda content: cell_of(content, 'corruptions', 'mce').update(value=-0.1), 'mce has value=-0.1: expected a number in [0, inf]'),
        (lambda content: content['sections']['clean']['cells'][0].pop('value'), "cell 0: has no 'value'"),
        (lambda content: content['header']['settings'].pop('seed'), "settings: has no 'seed'"),
        (lambda content: content['header']['data'].update(images='many'), "'images' is str, expected int"),
        (lambda content: content['sections']['artificial']['curves'][0]['x'].pop(), 'x and'),
        (lambda content: content['sections']['clean']['cells'][0].update(value=10**400), 'expected a number or null'),
        (lambda content: content['differences'][0].pop('difference'), "differences: 0: has no 'difference'"),
        (lambda content: content['differences'][0].update(difference=None), 'difference=None: expected a number'),
        (lambda content: content['differences'][0].update(low=float('nan')), 'low=nan: expected a number'),
        (lambda content: content['differences'][0].update(high='1'), "high='1': expected a number"),
        (lambda content: content['differences'][0].update(p_value=True), 'p_value=True: expected a number'),
        (lambda content: content['differences'][0].update(p_value=1.5), 'has p_value=1.5: expected a number in [0, 1]'),
        (lambda content: content['differences'][0].update(corrected=-0.5), 'has corrected=-0.5: expected a number in [0, 1]'),
        (lambda content: content['differences'][0].update(corrected=False), 'corrected=False: expected a number or null'),
        (lambda content: content['differences'][0].update(first='c'), "first='c': expected a model of the header: a, b___c"),
        (lambda content: content['differences'][0].update(second='detector'), "second='detector': expected a model of the header"),
        (lambda content: content['conditions'].append('clean'), 'str, expected an object'),
        (lambda content: content['conditions'][0].update(name=1), "conditions: 0: 'name' is int, expected str"),
        (lambda content: content['conditions'][0].pop('section'), "conditions: 0: has no 'section'"),
        (lambda content: content['conditions'][0].update(facts=None), "'facts' is NoneType, expected dict"),
        (lambda content: content['conditions'][0].update(importance=1), "'importance' is int, expected str | None"),
        (lambda content: content['sections']['clean']['cells'][0].update(model='c'), "cell 0: model='c': expected a model of the header"),
        (lambda content: content['sections']['artificial']['curves'][0].update(model='detector'), "curve 0: model='detector': expected"),
    ],
)
def test_what_is_refused(whole_report: Path, change: Callable[[dict], Any], message: str) -> None:
    content = json.loads((whole_report / 'report.json').read_text())
    change(content)
    with pytest.raises(ValueError, match=re.escape(message)):
        check_report(content)


def test_the_detector_has_numbers_in_its_own_section_only(whole_report: Path) -> None:
    content = json.loads((whole_report / 'report.json').read_text())
    cell = dict(cell_of(content, 'clean', 'accuracy'), section='detection', model='detector', metric='found')
    content['sections']['detection'] = {'cells': [cell], 'curves': [], 'problems': []}
    content['digest'] = digest(content)
    check_report(content)
    content['sections']['clean']['cells'].append(cell)
    with pytest.raises(ValueError, match=r"sections: clean: cell .*model='detector': expected a model of the header: a, b___c"):
        check_report(content)


def test_files_of_stages_are_shown_with_their_hashes(whole_report: Path) -> None:
    content = json.loads((whole_report / 'report.json').read_text())
    content['header']['models']['a']['stages_sha256'] = {'mae.pth': '01' * 32, 'ofer::landmarks': '23' * 32, 'gone.pth': None}
    [first] = [line for line in head_lines(content) if line.startswith('Model a: ')]
    assert 'stages and priors (mae.pth 0101010101010101, ofer::landmarks 2323232323232323), ' in first
    [second] = [line for line in head_lines(content) if line.startswith('Model b___c: ')]
    assert 'stages' not in second


def test_a_leaderboard(whole_report: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """The best model is first; a file that was changed is refused; reports of other pixels have a table of their own."""
    content = json.loads((whole_report / 'report.json').read_text())
    other = json.loads(json.dumps(content))
    other['header']['settings']['seed'] = 5
    whole = json.loads(json.dumps(content))
    whole['header']['settings']['quick'] = False
    for one in (other, whole):
        one['digest'] = digest(one)
    reports = tmp_path
    (reports / 'mine.json').write_text(json.dumps(content))
    (reports / 'other.json').write_text(json.dumps(other))
    (reports / 'whole.json').write_text(json.dumps(whole))
    main(['leaderboard', str(reports), '--out', str(reports / 'board.html')])
    content['sections']['clean']['cells'][0]['value'] = 1.0
    (reports / 'forged.json').write_text(json.dumps(content))
    with pytest.raises(SystemExit) as end:
        main(['leaderboard', str(reports)])
    assert end.value.code == 1
    out, err = capsys.readouterr()
    assert 'forged.json: was changed after it was written' in err
    assert out.count('## random faces') == 3
    assert out.count('seed 0, quick') == out.count('seed 0, whole protocol') == 1
    assert out.index('1. a ') < out.index('2. b___c')
    page = (reports / 'board.html').read_text()
    tags = Tags()
    tags.feed(page)
    assert tags.open == tags.wrong == []
    assert page.count('<table>') == 3
    with pytest.raises(SystemExit):
        main(['leaderboard', str(tmp_path / 'gone')])
    assert 'no reports there' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('facts', 'reason'),
    [
        (dict(kind='ORSANet'), 'a states no hash of its weights'),
        (dict(kind='ORSANet', config_sha256='0' * 64), 'a states no hash of its weights'),
        (dict(kind='ORSANet', weights_sha256='0' * 12), 'a: a hash is no SHA-256'),
        (dict(kind='ORSANet', weights_sha256='x' * 64), 'a: a hash is no SHA-256'),
        (dict(kind='ORSANet', weights_sha256='0' * 64 + '\n'), 'a: a hash is no SHA-256'),
        (dict(kind='ORSANet', weights_sha256='0' * 64, config_sha256='g' * 64), 'a: a hash is no SHA-256'),
        (dict(kind='LatentOFER', stages_sha256={'inpainter': '-' * 64}), 'a: a hash is no SHA-256'),
        (dict(kind='ORSANet', weights_sha256='0' * 64), ''),
        (dict(kind='LatentOFER', stages_sha256={'inpainter': '0' * 64}), ''),
    ],
)
def test_models_of_the_leaderboard_state_their_weights(whole_report: Path, tmp_path: Path, facts: dict[str, Any], reason: str) -> None:
    content = json.loads((whole_report / 'report.json').read_text())
    content['header']['models']['a'].update(facts)
    content['digest'] = digest(content)
    (tmp_path / 'report.json').write_text(json.dumps(content))
    board = read_leaderboard(tmp_path)
    assert len(board.refused) == bool(reason)
    assert reason in ' '.join(board.refused)
    if not reason:  # whether of one file or of its stages
        assert '0' * 12 in [dict(zip(board.boards[0].head, row, strict=True))['weights'] for row in board.boards[0].rows]


def test_sections_are_part_of_the_extent(whole_report: Path, tmp_path: Path) -> None:
    """A report of some sections is not one of the whole protocol."""
    content = json.loads((whole_report / 'report.json').read_text())
    content['header']['settings'].update(quick=False, sections=['clean', 'artificial'])
    content['digest'] = digest(content)
    (tmp_path / 'report.json').write_text(json.dumps(content))
    assert 'seed 0, clean and artificial' in read_leaderboard(tmp_path).boards[0].title
