#pragma once
#include "csm/core/enum_names.h"

namespace csm {

/// What a drop is measured in: conf(I) of a class, or of an embedding, Eqs. (7) and (8).
enum class Confidence { log_odds, probability, logit, cosine, verification };

constexpr auto enum_names(Confidence) {
  return std::to_array<EnumName<Confidence>>({{Confidence::log_odds, "log_odds"},
                                              {Confidence::probability, "probability"},
                                              {Confidence::logit, "logit"},
                                              {Confidence::cosine, "cosine"},
                                              {Confidence::verification, "verification"}});
}

}  // namespace csm
