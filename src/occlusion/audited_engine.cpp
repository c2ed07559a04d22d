#include "csm/occlusion/audited_engine.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {
namespace {

constexpr std::uint64_t audit_seed =
    1;  // which patches are drawn does not matter, as long as they are always the same

/// Distinct patches of an image, in order.
std::vector<int> draw(std::span<const PatchRect> patches) {
  std::string places;
  for (const PatchRect& patch : patches)
    places += std::to_string(patch.x1) + "," + std::to_string(patch.y1) + ";";
  const auto n = static_cast<std::int64_t>(patches.size());
  std::vector<std::int64_t> order = seeded_permutation(n, seed_of(audit_seed, places));
  order.resize(static_cast<std::size_t>(std::min<std::int64_t>(n, n_audited_patches)));
  std::vector<int> drawn(order.begin(), order.end());
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
  double forward_seconds() const override {
    return approximate_->forward_seconds() + exact_->forward_seconds();
  }
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
  for (const int i : audit.patches) drawn.push_back(patches[static_cast<std::size_t>(i)]);
  const OcclusionScores computed = exact_->run(clean, fill, drawn);
  audit.approximated = Grid<float>(static_cast<int>(drawn.size()), scores.covered.width());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto row = static_cast<int>(i);
    const auto approximated = scores.covered.row(audit.patches[i]);
    std::copy(approximated.begin(), approximated.end(), audit.approximated.row(row).begin());
    const auto found = computed.covered.row(row);
    std::copy(found.begin(), found.end(), approximated.begin());
  }
  scores.n_computed += computed.n_computed;
  scores.audit = std::move(audit);
  return scores;
}

}  // namespace

std::unique_ptr<OcclusionEngine> make_audited_engine(std::unique_ptr<OcclusionEngine> approximate,
                                                     std::unique_ptr<OcclusionEngine> exact) {
  return std::make_unique<AuditedEngine>(std::move(approximate), std::move(exact));
}

}  // namespace csm
