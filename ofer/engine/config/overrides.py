"""Overrides of a config from the command line: ``--cfg-options optim_wrapper.optimizer.lr=1e-3``."""

import argparse
import ast
import difflib
import re
from collections.abc import Sequence
from typing import Any

from mmengine.config import Config, DictAction

from ofer.engine.config.checking import EXTRA_NAMES, RUNNER_NAMES
from ofer.engine.config.data_root import move_data_root

_START = r'(\{\s*[\'"}]|\bdict\()'
_DICT = re.compile(rf'\s*({_START}|[\[(].*{_START})', re.DOTALL)


def parse_options(options: Sequence[str]) -> dict[str, Any]:
    """``['a.b=1', 'c=[x,y]']`` to ``{'a.b': 1, 'c': ['x', 'y']}``, in the syntax of the tools of mmengine.

    A value with dicts is Python: ``custom_hooks=[dict(type='EMAHook')]``. mmengine would take the dicts for text.

    Raises:
        ValueError: an option has no ``=``, no key before it, brackets that do not match, or a dict that is no Python.
    """
    for option in options:
        key, equals, _ = option.partition('=')
        if not equals or not key.strip() or any(not part for part in key.split('.')):
            raise ValueError(f'--cfg-options {option}: expected key=value, e.g. train_cfg.max_epochs=10')
    if not options:
        return {}
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    found: dict[str, Any] = {}
    for option in options:
        key, _, value = option.partition('=')
        if _DICT.match(value):
            found[key] = _literal(option, value)
            continue
        try:
            found.update(parser.parse_args(['--cfg-options', option]).cfg_options)
        except (AssertionError, argparse.ArgumentError, IndexError, RecursionError, ValueError) as error:
            raise ValueError(f'--cfg-options {option}: the brackets or quotes of its value do not match') from error
    return found


class _Dicts(ast.NodeTransformer):
    """``dict(a=1)`` to ``{'a': 1}``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace a call of ``dict`` with keywords alone; other calls stay, and are no literal."""
        self.generic_visit(node)
        unnamed = node.args or any(word.arg is None for word in node.keywords)
        if not isinstance(node.func, ast.Name) or node.func.id != 'dict' or unnamed:
            return node
        return ast.Dict([ast.Constant(word.arg) for word in node.keywords], [word.value for word in node.keywords])

    def visit_Set(self, node: ast.Set) -> ast.AST:
        """Refuse a set: nothing in a config is one."""
        raise ValueError('a set')


def _literal(option: str, value: str) -> Any:
    try:
        return ast.literal_eval(_Dicts().visit(ast.parse(value.strip(), mode='eval')))
    except (RecursionError, SyntaxError, TypeError, ValueError) as error:
        example = 'custom_hooks="[dict(type=\'EMAHook\')]"'
        raise ValueError(
            f'--cfg-options {option}: a value with a dict is written in Python, its texts in quotes, e.g. {example}'
        ) from error


def apply_options(config: Config, options: Sequence[str]) -> None:
    """Override values of a config.

    Args:
        config: changed in place.
        options: in the form of :func:`parse_options`.

    Raises:
        ValueError: an override is not ``key=value``, or its key does not exist in the config, or is a helper variable.
    """
    overrides = parse_options(options)
    for key in overrides:
        check_option(config, key)
        if key.startswith('param_scheduler.') and config.get('param_scheduler') is None and 'param_scheduler.type' not in overrides:
            raise _unknown(config, key, 'param_scheduler')  # an argument of nothing: unlike other parts, a schedule has no default type
    if 'data_root' in overrides:  # first, so that an override of a single data set takes precedence
        if config.get('data_root') is None:
            raise ValueError(
                f'--cfg-options data_root: {config.filename} has none for all of its data sets; set that of each, '
                'e.g. train_dataloader.dataset.data_root'
            )
        move_data_root(config, config.data_root, overrides['data_root'])
    for key, value in overrides.items():
        try:
            config.merge_from_dict({key: value})
        except Exception as error:  # mmengine raises various exceptions if a key passes through a value without keys
            raise ValueError(f'--cfg-options {key}={value!r}: does not fit {config.filename}: {error}') from error


def check_option(config: Config, key: str) -> None:
    """Raise if a key does not exist. The last part, as an argument of a component, is checked with the whole config.

    Raises:
        ValueError: the top-level name is unknown or a helper, an index is invalid, or the key passes through a value without keys.
    """
    node: Any = config
    walked: list[str] = []
    for part in key.split('.'):
        place = '.'.join(walked) or str(config.filename)
        if isinstance(node, (list, tuple)):
            if not part.isdigit() or int(part) >= len(node):
                raise ValueError(f'--cfg-options {key}: {place} is a list of {len(node)}, and {part!r} is no index of it')
            node = node[int(part)]
        elif isinstance(node, (dict, Config)):
            if not walked:
                _check_top(config, key, part)
            if part not in node:
                return
            node = node[part]
        elif node is None:
            return
        else:
            raise ValueError(f'--cfg-options {key}: {place} is {node!r}, which has no {part!r}')
        walked.append(part)


def _check_top(config: Config, key: str, name: str) -> None:
    if name in RUNNER_NAMES | EXTRA_NAMES:
        return
    if name in config:
        raise ValueError(
            f'--cfg-options {key}: {name!r} is a helper of {config.filename}, whose value went elsewhere when the file was read. '
            'Set what it goes to, e.g. train_cfg.max_epochs for num_epochs.'
        )
    raise _unknown(config, key, name)


def _unknown(config: Config, key: str, name: str) -> ValueError:
    known = RUNNER_NAMES | EXTRA_NAMES
    close = difflib.get_close_matches(name, known - {name}, n=1, cutoff=0.75)
    hint = f'Did you mean {close[0]!r}?' if close else f'It has: {", ".join(sorted(set(config.keys()) & known))}.'
    return ValueError(f'--cfg-options {key}: {config.filename} has no {name!r}. {hint}')
