#pragma once
#include "csm/core/enum_names.h"

namespace csm {

/// What a drop is measured in: conf(I) of a class, or of an embedding, Eqs. (7) and (8); similarity
/// is Eq. (8) with what a model of pairs answers in the place of the cosine.
enum class Confidence { log_odds, probability, logit, cosine, verification, similarity };

constexpr auto enum_names(Confidence) {
  return std::to_array<EnumName<Confidence>>({{Confidence::log_odds, "log_odds"},
                                              {Confidence::probability, "probability"},
                                              {Confidence::logit, "logit"},
                                              {Confidence::cosine, "cosine"},
                                              {Confidence::verification, "verification"},
                                              {Confidence::similarity, "similarity"}});
}

}  // namespace csm
