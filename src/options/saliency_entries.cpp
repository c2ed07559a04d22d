#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> saliency_entries() {
  return in_group(
      "Map",
      {choice(
           {"density-normalisation", identity, its_names,
            "divide by the number of squares, Eq. (5)"},
           [](auto& o) -> auto& { return o.saliency.density_normalisation; }),
       choice(
           {"mirror", identity, its_names,
            "map: average the map of each image with its mirror image, if left and right are not "
            "the question; image: the network also sees each image mirrored, at twice the cost"},
           [](auto& o) -> auto& { return o.saliency.mirror; }),
       text(
           {"group-by", identity, "target|predicted|label|none|COLUMN",
            "images of one value make one more map"},
           [](auto& o) -> auto& { return o.saliency.group_by; }, "")});
}

}  // namespace csm
