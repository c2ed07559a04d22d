"""python -m gpu_kit.hold_memory MB: holds the GPU's memory but for so many MB, until its standard input ends."""

import json
import sys

import torch


def main(n_left):
    free, total = torch.cuda.mem_get_info()
    held = torch.empty(max(0, free - int(n_left) * 10**6), dtype=torch.uint8, device="cuda")
    print(json.dumps({"total_mb": total // 10**6, "held_mb": held.numel() // 10**6,
                      "left_mb": torch.cuda.mem_get_info()[0] // 10**6}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
