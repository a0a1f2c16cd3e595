"""The command ``ofer``: one file a command, each a thin shell around the package."""
