#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/core/sizes.h"
#include "csm/occlusion/engine.h"

namespace csm {
namespace {

constexpr std::uint64_t audit_seed =
    1;  // which patches are drawn does not matter, as long as they are always the same

/// Distinct patches of an image, in order.
std::vector<PatchId> draw(std::span<const PatchRect> patches) {
  std::string places;
  for (const PatchRect& patch : patches)
    places += std::to_string(patch.x1) + "," + std::to_string(patch.y1) + ";";
  std::vector<std::int64_t> order =
      seeded_permutation(std::ssize(patches), seed_of(audit_seed, places));
  order.resize(std::min<std::size_t>(order.size(), n_audited_patches));
  std::vector<PatchId> drawn(order.begin(), order.end());
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

class AuditedEngine : public OcclusionEngine {
 public:
  AuditedEngine(std::unique_ptr<OcclusionEngine> approximate,
                std::unique_ptr<OcclusionEngine> exact)
      : approximate_(std::move(approximate)), exact_(std::move(exact)) {
    CSM_EXPECT(approximate_ != nullptr && exact_ != nullptr);
  }

  OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                      std::span<const PatchRect> patches) override;
  int batch_size() const override { return approximate_->batch_size(); }
  OcclusionEngine& exact() override { return *exact_; }

 private:
  std::unique_ptr<OcclusionEngine> approximate_;
  std::unique_ptr<OcclusionEngine> exact_;
};

OcclusionScores AuditedEngine::run(const at::Tensor& clean, const at::Tensor& fill,
                                   std::span<const PatchRect> patches) {
  OcclusionScores scores = approximate_->run(clean, fill, patches);
  if (patches.empty()) return scores;

  ScoreAudit audit{.patches = draw(patches), .approximated = {}};
  std::vector<PatchRect> drawn;
  for (const PatchId patch : audit.patches) drawn.push_back(patches[patch.index()]);
  const OcclusionScores computed = exact_->run(clean, fill, drawn);

  // The audit keeps what the approximation gave; the scores get what was computed.
  audit.approximated = Grid<float>(int_size(drawn), scores.covered.width());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto approximated = scores.of(audit.patches[i]);
    std::copy(approximated.begin(), approximated.end(), audit.approximated.row(i).begin());
    const auto found = computed.covered.row(i);
    std::copy(found.begin(), found.end(), approximated.begin());
  }
  scores.n_computed += computed.n_computed;
  scores.forward_seconds += computed.forward_seconds;
  scores.audit = std::move(audit);
  return scores;
}

}  // namespace

std::unique_ptr<OcclusionEngine> make_audited_engine(std::unique_ptr<OcclusionEngine> approximate,
                                                     std::unique_ptr<OcclusionEngine> exact) {
  return std::make_unique<AuditedEngine>(std::move(approximate), std::move(exact));
}

}  // namespace csm
