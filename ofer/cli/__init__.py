"""The command ``ofer``: one file for each command, a thin layer over the package."""
