"""Install with ``pip install projects/dacl``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-dacl',
    version='0.1.0',
    packages=['ofer_dacl', 'ofer_dacl._configs', 'ofer_dacl._configs._base_'],
    package_dir={'ofer_dacl._configs': 'configs', 'ofer_dacl._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['dacl = ofer_dacl']},
)
