"""Imports the installed projects, which registers their components. A registry imports this module at its first lookup."""

from importlib import import_module

from ofer.shipped import installed_projects

for name, package in installed_projects().items():
    try:
        import_module(package)
    except Exception as error:  # a project's code may raise anything
        raise ImportError(f'the installed project {name} cannot be imported: {error}. Reinstall it, or remove it.') from error
