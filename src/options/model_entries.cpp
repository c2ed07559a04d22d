#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> model_entries() {
  return in_group(
      "Model",
      {path(
           {"model", identity, "FILE", "network to explain, TorchScript with its contract inside"},
           [](auto& o) -> auto& { return o.model.model; }),
       choice(
           {"confidence", identity, its_names,
            "what a drop is measured in; log_odds: ln p - ln(1 - p) of the class, which is flat "
            "nowhere and does not depend on what is added to all logits; probability and logit: as "
            "in the paper and the authors' code; cosine and verification: of embeddings, Eqs. (7) "
            "and (8)"},
           [](auto& o) -> auto& { return o.model.confidence; }),
       choice(
           {"target", identity, its_names, "class whose confidence is measured"},
           [](auto& o) -> auto& { return o.model.target; }),
       choice(
           {"device", result, its_names, "where the networks run, auto: a GPU if there is one"},
           [](auto& o) -> auto& { return o.model.device; }),
       integer(
           {"ranks-per-device", process, "N",
            "ranks that may share one GPU; more than it allows are refused"},
           [](auto& o) -> auto& { return o.model.ranks_per_device; }, 1, 1024),
       optional_integer(
           {"threads-per-rank", result, "auto|N",
            "threads of each rank, auto: the cores that it may use"},
           [](auto& o) -> auto& { return o.model.threads_per_rank; }, "auto", 1, 4096)});
}

}  // namespace csm
