#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> occlusion_entries() {
  return in_group(
      "Occlusion",
      {quality({"quality", identity, its_names,
                "preset of vertices-per-image: full measures every vertex of every image, as the "
                "paper does; standard (256) and draft (128) measure a random sample of each image, "
                "for a map of many images in a fraction of the time, with errors that say so"}),
       optional_integer(
           {"vertices-per-image", identity, "all|N",
            "vertices measured on each image, a random sample of its own; wins over quality"},
           [](auto& o) -> auto& { return o.occlusion.vertices_per_image; }, "all", 1, 1'000'000),

       // The patches, Eqs. (2) and (3).
       integer(
           {"patch-size", identity, "PX",
            "side of the occluding square on the network's input [px]"},
           [](auto& o) -> auto& { return o.occlusion.patch_size; }, 1, 1024),
       fill({"fill", identity, its_names,
             "what fills the square; mean: the colour of the model's contract, COLOUR: RRGGBB"}),

       // How their scores are computed.
       choice(
           {"engine", identity, its_names,
            "incremental computes only what a patch changes, auto: if that is less work; adaptive "
            "interpolates most patches and measures the error"},
           [](auto& o) -> auto& { return o.occlusion.engine; }),
       real(
           {"adaptive-share", identity, "SHARE",
            "share of the patches that the adaptive engine computes"},
           [](auto& o) -> auto& { return o.occlusion.adaptive_share; }, 0.01, 1),
       choice(
           {"precision", identity, its_names,
            "of the incremental engine's products; bfloat16 carries what a patch changes, never "
            "the values, and checks a sample of each image in float32"},
           [](auto& o) -> auto& { return o.occlusion.precision; }),
       real(
           {"precision-tolerance", identity, "SHARE",
            "largest error of the checked drops, as a share of their spread; images above it are "
            "computed in float32"},
           [](auto& o) -> auto& { return o.occlusion.precision_tolerance; }, 0, 100),

       // How many at once.
       optional_integer(
           {"batch-size", identity, "auto|N", "patches in one forward, auto: by memory-limit"},
           [](auto& o) -> auto& { return o.occlusion.batch_size; }, "auto", 1, 1'000'000),
       integer(
           {"memory-limit", identity, "MB", "memory of the batches of one rank [MB]"},
           [](auto& o) -> auto& { return o.occlusion.memory_limit; }, 64, 100'000'000)});
}

}  // namespace csm
