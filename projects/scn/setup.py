"""Install with ``pip install projects/scn``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-scn',
    version='0.1.0',
    packages=['ofer_scn', 'ofer_scn._configs', 'ofer_scn._configs._base_'],
    package_dir={'ofer_scn._configs': 'configs', 'ofer_scn._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['scn = ofer_scn']},
)
