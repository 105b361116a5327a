"""``awmc generate`` with a stand-in for a model, which knows one spec, and at first writes it with mistakes.

python -m tests.synthesis "Order meals from nearby restaurants" -o meals.awm
"""

import random
import sys

from awmlang.cli import main
from tests.stand_in import StandIn
from tests.synthesis.flaws import KINDS

if __name__ == "__main__":
    with StandIn(KINDS["five typos"](random.Random("a model"))) as stand_in:
        sys.argv[1:1] = [
            "generate",
            "--model",
            "stand-in",
            "--base-url",
            stand_in.url,
            "--tools",
            "5",
            "--tasks",
            "4",
        ]
        main()
