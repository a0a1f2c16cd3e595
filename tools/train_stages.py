"""The same as ``ofer train-stages``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['train-stages', *sys.argv[1:]])
