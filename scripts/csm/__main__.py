"""python -m csm is the command csm."""

import sys

from csm.command import main

sys.exit(main())
