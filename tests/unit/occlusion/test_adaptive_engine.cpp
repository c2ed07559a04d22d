#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "csm/occlusion/engine.h"
#include "kriging.h"

namespace csm {
namespace {

double smooth(double x, double y) { return std::sin(0.11 * x) + std::cos(0.07 * y) + 0.01 * x; }

/// An engine whose scores are a known function of the place of the patch; remembers what it was
/// asked.
class KnownEngine : public OcclusionEngine {
 public:
  explicit KnownEngine(std::vector<PatchRect>& asked, bool loses_face = false)
      : asked_(asked), loses_face_(loses_face) {}
  OcclusionScores run(const at::Tensor&, const at::Tensor&,
                      std::span<const PatchRect> patches) override {
    OcclusionScores scores;
    scores.clean = {1.0F, 0.0F};
    scores.covered = Grid<float>(static_cast<int>(patches.size()), 2);
    for (std::size_t i = 0; i < patches.size(); ++i) {
      asked_.push_back(patches[i]);
      const double value = smooth(patches[i].x1, patches[i].y1);
      scores.covered(static_cast<int>(i), 0) = static_cast<float>(value);
      scores.covered(static_cast<int>(i), 1) = static_cast<float>(-2 * value);
      if (loses_face_ && patches[i].y1 < 30)
        for (float& score : scores.covered.row(static_cast<int>(i))) score = std::nanf("");
    }
    scores.n_computed = std::ssize(patches);
    scores.forward_seconds = 0.25;
    return scores;
  }
  int batch_size() const override { return 1; }

 private:
  std::vector<PatchRect>& asked_;
  bool loses_face_;
};

std::vector<PatchRect> grid_of_patches() {
  std::vector<PatchRect> patches;
  for (int y = 0; y < 90; y += 3) {
    for (int x = 0; x < 120; x += 3) patches.push_back({x, y, x + 15, y + 15});
  }
  std::sort(patches.begin(), patches.end());
  return patches;
}

OcclusionScores run(double share, std::vector<PatchRect>& asked,
                    const std::vector<PatchRect>& patches) {
  const at::Tensor nothing = at::zeros({1, 3, 1, 1});
  return make_adaptive_engine(std::make_unique<KnownEngine>(asked), {.share = share, .seed = 3})
      ->run(nothing, nothing, patches);
}

TEST(AdaptiveEngine, tells_a_smooth_function_from_a_fifth_of_its_values) {
  std::vector<PatchRect> asked;
  const std::vector<PatchRect> patches = grid_of_patches();
  const OcclusionScores scores = run(0.2, asked, patches);
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const double expected = smooth(patches[i].x1, patches[i].y1);
    // 2 % of the function's span; at the border there are known values on one side only.
    EXPECT_NEAR(scores.covered(static_cast<int>(i), 0), expected, 0.06)
        << patches[i].x1 << " " << patches[i].y1;
    EXPECT_NEAR(scores.covered(static_cast<int>(i), 1), -2 * expected, 0.12);
  }
}

TEST(AdaptiveEngine, computes_the_share_and_the_audit_and_nothing_twice) {
  std::vector<PatchRect> asked;
  const std::vector<PatchRect> patches = grid_of_patches();
  const OcclusionScores scores = run(0.25, asked, patches);
  EXPECT_EQ(std::set<PatchRect>(asked.begin(), asked.end()).size(), asked.size());
  EXPECT_EQ(scores.n_computed, std::ssize(asked));
  EXPECT_EQ(scores.forward_seconds, 3 * 0.25) << "the even patches, the hardest and the audit";
  ASSERT_TRUE(scores.audit.has_value());
  EXPECT_EQ(scores.audit->patches.size(), 24U);
  EXPECT_EQ(asked.size(), patches.size() / 4 + 24);
}

TEST(AdaptiveEngine, audits_with_values_told_before_they_were_computed) {
  std::vector<PatchRect> asked;
  const std::vector<PatchRect> patches = grid_of_patches();
  const OcclusionScores scores = run(0.1, asked, patches);
  ASSERT_TRUE(scores.audit.has_value());
  bool differs = false;
  for (std::size_t i = 0; i < scores.audit->patches.size(); ++i) {
    const PatchId patch = scores.audit->patches[i];
    const PatchRect& rect = patches[patch.index()];
    EXPECT_FLOAT_EQ(scores.of(patch)[0], static_cast<float>(smooth(rect.x1, rect.y1)));
    EXPECT_NEAR(scores.audit->approximated(i, 0), smooth(rect.x1, rect.y1), 0.1);
    differs = differs || scores.audit->approximated(i, 0) != scores.of(patch)[0];
  }
  EXPECT_TRUE(differs);
}

TEST(AdaptiveEngine, computes_everything_where_little_would_be_saved) {
  std::vector<PatchRect> asked;
  const std::vector<PatchRect> patches = grid_of_patches();
  EXPECT_FALSE(run(1, asked, patches).audit.has_value());
  EXPECT_EQ(asked, patches);
  asked.clear();
  run(0.1, asked, {patches.begin(), patches.begin() + 20});
  EXPECT_EQ(asked.size(), 20U);
}

TEST(AdaptiveEngine, computes_an_image_whose_face_is_lost_in_full) {
  std::vector<PatchRect> asked;
  const std::vector<PatchRect> patches = grid_of_patches();
  const at::Tensor nothing = at::zeros({1, 3, 1, 1});
  const OcclusionScores scores =
      make_adaptive_engine(std::make_unique<KnownEngine>(asked, true), {.share = 0.2, .seed = 3})
          ->run(nothing, nothing, patches);
  EXPECT_EQ(std::set<PatchRect>(asked.begin(), asked.end()).size(), patches.size());
  EXPECT_EQ(asked.size(), patches.size()) << "nothing twice";
  EXPECT_FALSE(scores.audit);
  for (std::size_t i = 0; i < patches.size(); ++i)
    EXPECT_EQ(is_face_lost(scores.of(PatchId(i))), patches[i].y1 < 30) << i;
}

TEST(Kriging, passes_through_what_is_known_and_gives_constants_back) {
  KnownValues known;
  for (int i = 0; i < 30; ++i) known.places.push_back({7.0 * (i % 6), 5.0 * (i / 6)});
  known.values = Grid<float>(30, 2);
  for (int i = 0; i < 30; ++i) {
    known.values(i, 0) = 4;
    known.values(i, 1) = static_cast<float>(smooth(known.places[static_cast<std::size_t>(i)].x, 2));
  }
  const std::vector<Point2> wanted = {{14, 10}, {16.5, 11}, {100, 100}};
  const Grid<float> values = interpolate(known, wanted, 15, std::vector<int>{-1, -1, -1});
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(values(i, 0), 4, 1e-4);
  EXPECT_NEAR(values(0, 1), known.values(14, 1), 5e-3);
  EXPECT_NEAR(values(1, 1), smooth(16.5, 2), 0.05);
}

}  // namespace
}  // namespace csm
