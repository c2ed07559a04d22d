"""A model of the run on many GPUs, from what one machine of two cores can measure (docs/reports/scaling.md). It foretells, it does not measure.

    finish(P, N, t) = start + ceil(N / P) * (t + own) * (1 + checkpoint / interval) + reduce(P) + gather(N) + end
    efficiency      = N * t / (P * finish)

with P ranks, N images, and t seconds of the GPU for the patches of one image.
"""

import math
from dataclasses import dataclass

RANKS = (64, 512, 4096)
IMAGES = (22_085, 202_599)  # CelebA's validation part, as the paper uses, and all of CelebA
SECONDS = (0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Parameters:
    """Seconds unless noted otherwise; "measured" is docs/reports/scaling.md's own, the others are assumptions."""

    start: float = 3.0            # measured: until the first image, list of 200,000 images, 4 ranks on 2 cores
    device_start: float = 5.0     # assumed: CUDA context, first choice of algorithms
    own: float = 0.012            # measured: CIS, warp and exact sums of an image beside the occlusion
    checkpoint: float = 0.1       # measured: one rank's file of 31 MB
    interval: float = 300.0       # default of --checkpoint-interval
    reduced_bytes: float = 156e6  # measured: int64 and int32 buffers at 619 x 619
    reduce_rate: float = 1.2e9    # bytes/s of one exchange and addition; measured between two ranks of one node
    row_bytes: float = 200        # of one image in the table of images
    end: float = 1.2              # measured: curves and result file on rank 0

    def reduce(self, n_ranks):
        """A binomial tree whose exchanges do not overlap: libraries that cut large buffers do better."""
        return math.ceil(math.log2(n_ranks)) * self.reduced_bytes / self.reduce_rate

    def finish(self, n_ranks, n_images, seconds):
        images = math.ceil(n_images / n_ranks) * (seconds + self.own) * (1 + self.checkpoint / self.interval)
        return self.start + self.device_start + images + self.reduce(n_ranks) + n_images * self.row_bytes / self.reduce_rate + self.end

    def efficiency(self, n_ranks, n_images, seconds):
        return n_images * seconds / (n_ranks * self.finish(n_ranks, n_images, seconds))

    def ranks_for(self, efficiency, n_images, seconds):
        """The largest power of two of ranks that is at least that efficient; 0 if one rank is not."""
        n_ranks = 1
        while self.efficiency(n_ranks, n_images, seconds) >= efficiency:
            n_ranks *= 2
        return n_ranks // 2


def model_table(parameters=Parameters()):
    head = ["images", "GPU seconds an image", *(f"{n:,} GPUs" for n in RANKS), "efficiency 0.9 up to"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for n_images in IMAGES:
        for seconds in SECONDS:
            cells = [f"{parameters.efficiency(n, n_images, seconds):.2f} ({parameters.finish(n, n_images, seconds):,.0f} s)" for n in RANKS]
            lines.append("| " + " | ".join([f"{n_images:,}", f"{seconds:g}", *cells,
                                            f"{parameters.ranks_for(0.9, n_images, seconds):,} GPUs"]) + " |")
    return "\n".join(lines)
