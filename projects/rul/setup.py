"""Install with ``pip install projects/rul``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-rul',
    version='0.1.0',
    packages=['ofer_rul', 'ofer_rul._configs', 'ofer_rul._configs._base_'],
    package_dir={'ofer_rul._configs': 'configs', 'ofer_rul._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['rul = ofer_rul']},
)
