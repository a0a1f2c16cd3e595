"""Fits the pages, written for readers of the repository, to the site: README.md comes first, and links to code are names."""

import os
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
_ROLE = re.compile(r':\w+:<code>~?')
_LINK = re.compile(r'(?<!!)\[([^\[\]]+)\]\(((?!https?:|#)[^)]+)\)')


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add README.md as the first page."""
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    files.append(File.generated(config, 'index.md', content=re.sub(r'\]\(docs/', '](', text)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace links to files that are not part of the site by their text and their path in the repository."""
    folder = Path(page.file.src_path).parent

    def plain(match: re.Match[str]) -> str:
        text, target = match[1], match[2].partition('#')[0]
        if files.get_file_from_path(os.path.normpath(folder / target)) is not None:
            return match[0]
        file = ((ROOT if page.file.src_path == 'index.md' else ROOT / 'docs' / folder) / target).resolve()
        if not file.exists():  # reported by mkdocs
            return match[0]
        path = file.relative_to(ROOT).as_posix()
        return text if path in text else f'{text} (`{path}`)'

    return _LINK.sub(plain, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Remove the roles of docstrings, which Sphinx and editors understand: ``:func:`name` ``."""
    return _ROLE.sub('<code>', html)
