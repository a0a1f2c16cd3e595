"""The same as ``ofer deocclude``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['deocclude', *sys.argv[1:]])
