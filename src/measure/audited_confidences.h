#pragma once
#include <cstddef>
#include <vector>

#include "csm/occlusion/drop.h"
#include "csm/occlusion/engine.h"

namespace csm {

/// The confidences of audited patches, as an approximation told them and as they are.
struct AuditedConfidences {
  std::vector<double> approximated;
  std::vector<double> computed;

  template <class Confidence>
  void add(const OcclusionScores& scores, Confidence&& confidence) {
    if (!scores.audit) return;
    for (std::size_t i = 0; i < scores.audit->patches.size(); ++i) {
      approximated.push_back(confidence(scores.audit->approximated.row(i)));
      computed.push_back(confidence(scores.of(scores.audit->patches[i])));
    }
  }
  DropAudit audit() const { return audit_drops(approximated, computed); }
};

}  // namespace csm
