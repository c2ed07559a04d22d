#include "canonical_saliency.h"

namespace csm {
namespace {

MapText describe_canonical_saliency(const ConfidenceText& confidence) {
  return {.value = "drop of the " + confidence.name,
          .unit = confidence.unit,
          // terms: allow, the text is stored in results
          .place = "where a square patch covers the face",
          .high = "places where a patch over the face lowers the network's " + confidence.name,
          .low = "places where it raises it"};
}

}  // namespace

SaliencyMethod canonical_saliency_method() {
  return {
      .facts = {.name = std::string(own_method),
                .kind = MethodKind::own,
                .title = "Canonical saliency",
                .summary = "drop under a square patch at each vertex of the mesh, Eqs. (2) to (6)",
                .cost = "1 forward a distinct patch",
                .needs = {.patches = true}},
      .describe = describe_canonical_saliency};
}

}  // namespace csm
