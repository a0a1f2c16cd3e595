"""``python -m ofer train ...``: the same as the command ``ofer train ...``."""

from ofer.cli.main import main

if __name__ == '__main__':
    main()
