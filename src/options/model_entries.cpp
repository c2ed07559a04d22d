#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> model_entries() {
  return in_group(
      "Model",
      {file_or_place(
           {"model", identity, "FILE|PLACE",
            "network to explain: a file, process:COMMAND, the URL of a service, or rest:FILE.json "
            "(docs/black_box.md)"},
           [](auto& o) -> auto& { return o.model.model; }),

       // What is measured, Eqs. (1), (7) and (8).
       choice(
           {"confidence", identity, its_names,
            "what a drop is measured in; log_odds: ln p - ln(1 - p) of the class, which is flat "
            "nowhere and does not depend on what is added to all logits; probability and logit: as "
            "in the paper and the authors' code; cosine and verification: of embeddings, Eqs. (7) "
            "and (8); similarity: Eq. (8) of a model that takes two images"},
           [](auto& o) -> auto& { return o.model.confidence; }),
       choice(
           {"target", identity, its_names, "class whose confidence is measured"},
           [](auto& o) -> auto& { return o.model.target; }),

       // The device and the threads.
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

std::vector<OptionEntry> service_entries() {
  return in_group(
      "Model",
      {path(
           {"contract", identity, "FILE",
            "contract of a model that brings none (docs/model_contract.md)"},
           [](auto& o) -> auto& { return o.model.contract; }),

       // How it is asked.
       integer(
           {"model-timeout", process, "SECONDS",
            "time after which a program or a service that has not answered counts as silent"},
           [](auto& o) -> auto& { return o.model.model_timeout; }, 1, 86'400),
       integer(
           {"requests-in-flight", result, "N",
            "requests of a rank that a service is sent before it has answered the first"},
           [](auto& o) -> auto& { return o.model.requests_in_flight; }, 1, 256),
       folder_or_auto(
           {"answers", process, "auto|none|DIR",
            "folder that keeps every answer of a program or a service, so that none is asked for "
            "twice; auto: beside the output for a service, none for a program"},
           [](auto& o) -> auto& { return o.model.answers; },
           [](auto& o) -> auto& { return o.model.keep_answers; }),

       // What it may cost.
       optional_integer(
           {"max-requests", process, "none|N",
            "requests of all ranks together after which the run stops with what it has"},
           [](auto& o) -> auto& { return o.model.max_requests; }, "none", 1),
       optional_real(
           {"requests-per-second", process, "none|X",
            "most requests a second of all ranks together"},
           [](auto& o) -> auto& { return o.model.requests_per_second; }, "none", 1e-6, 1e6),
       real(
           {"price-per-1000", process, "PRICE",
            "price of 1000 requests in any currency, for --plan and the result"},
           [](auto& o) -> auto& { return o.model.price_per_1000; }, 0, 1e9)});
}

}  // namespace csm
