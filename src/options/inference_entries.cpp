#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> inference_entries() {
  return in_group(
      "Differences between groups",
      {integer(
           {"permutations", identity, "P",
            "random exchanges that tell differences between the maps of groups from chance; 0: "
            "differences are not tested, and the map gets no intervals"},
           [](auto& o) -> auto& { return o.inference.permutations; }, 0, 1'000'000),
       text(
           {"exchange-by", result, "auto|image|COLUMN",
            "column of the persons, who are exchanged as a whole; auto: identity, if there is one; "
            "image: each image is a person"},
           [](auto& o) -> auto& { return o.inference.exchange_by; }, "auto"),
       text(
           {"permute-within", result, "COLUMN",
            "exchange only persons of one value of this column, so that it cannot be the reason of "
            "a difference"},
           [](auto& o) -> auto& { return o.inference.permute_within; }, "none"),
       text(
           {"pair-by", identity, "COLUMN",
            "compare the two values of this column within each person, in place of --group-by"},
           [](auto& o) -> auto& { return o.inference.pair_by; }, "none")});
}

}  // namespace csm
