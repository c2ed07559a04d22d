#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "csm/core/error.h"
#include "csm/occlusion/occlusion_options.h"
#include "csm/occlusion/pair_scores.h"
#include "support/black_box.h"

namespace csm {
namespace {

/// The similarity is the sum of the first image less three times that of the second; if the sum of
/// the first is below `lost` there is no face. Notes the sizes of its batches.
class PairBox : public test::BlackBox {
 public:
  PairBox(double lost, std::vector<std::int64_t>& batches)
      : BlackBox(2, 3, std::vector<float>(18)),
        contract_(BlackBox::contract()),
        lost_(lost),
        batches_(batches) {
    contract_.role = ModelRole::pair;
    contract_.outputs = {{"s", OutputKind::similarity, 1}};
    contract_.input.mean = {0, 0, 0};
    contract_.input.std = {1, 1, 1};
  }
  const ModelContract& contract() const override { return contract_; }
  ModelCapabilities capabilities() const override {
    return {.may_lose_face = true, .takes_pairs = true};
  }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override {
    EXPECT_EQ(batch.size(1), 6);
    batches_.push_back(batch.size(0));
    const at::Tensor sums = batch.flatten(2).sum(2);
    const at::Tensor first = sums.narrow(1, 0, 3).sum(1, true);
    const at::Tensor score = first - 3 * sums.narrow(1, 3, 3).sum(1, true);
    return {at::where(first < lost_, at::full_like(score, std::nan("")), score)};
  }

 private:
  ModelContract contract_;
  double lost_;
  std::vector<std::int64_t>& batches_;
};

/// The same in a file, which is run on one image at a time.
class PairFile : public PairBox {
 public:
  using PairBox::PairBox;
  ModelCapabilities capabilities() const override { return {}; }
};

RgbImage image_of(std::uint8_t value) {
  RgbImage image(2, 3);
  std::fill(image.values.begin(), image.values.end(), value);
  return image;
}

class PairScoresTest : public ::testing::Test {
 protected:
  PairScores score(double lost, int batch_size) {
    const Network network(std::make_unique<PairBox>(lost, batches_), ModelRole::pair);
    batches_.clear();  // those of the trial
    OcclusionOptions options;
    options.fill = {.kind = FillKind::zero, .colour = {}};
    return score_patch_pairs(network, batch_size, {.image = first_, .patches = of_first_},
                             {.image = second_, .patches = of_second_}, pairs_, options);
  }

  RgbImage first_ = image_of(2);
  RgbImage second_ = image_of(10);
  std::vector<PatchRect> of_first_ = {{0, 0, 1, 1}, {0, 0, 3, 1}};
  std::vector<PatchRect> of_second_ = {{1, 0, 3, 2}, {2, 1, 3, 2}};
  std::vector<PatchPair> pairs_ = {
      {PatchId(0), PatchId(1)}, {PatchId(1), PatchId(0)}, {PatchId(1), PatchId(1)}};
  std::vector<std::int64_t> batches_;
};

TEST_F(PairScoresTest, are_of_both_images_occluded) {
  for (const int batch_size : {1, 2, 8}) {
    const PairScores scores = score(-1e9, batch_size);
    EXPECT_EQ(scores.clean, 36 - 3 * 180);
    ASSERT_EQ(scores.occluded.size(), 3U);
    EXPECT_EQ(scores.occluded[0], (36 - 6) - 3 * (180 - 30));
    EXPECT_EQ(scores.occluded[1], (36 - 18) - 3 * (180 - 120));
    EXPECT_EQ(scores.occluded[2], (36 - 18) - 3 * (180 - 30));
  }
  score(-1e9, 2);
  EXPECT_EQ(batches_, (std::vector<std::int64_t>{1, 2, 1}));
}

TEST_F(PairScoresTest, are_missing_where_the_face_is_lost) {
  const PairScores scores = score(20, 4);
  EXPECT_EQ(scores.clean, 36 - 3 * 180);
  EXPECT_FALSE(std::isnan(scores.occluded[0]));
  EXPECT_TRUE(std::isnan(scores.occluded[1]));
  EXPECT_THROW(score(37, 4), ImageError) << "no face in the image itself";
}

TEST(PairModel, in_a_file_is_refused) {
  std::vector<std::int64_t> batches;
  EXPECT_THROW(Network(std::make_unique<PairFile>(-1e9, batches), ModelRole::pair), InputError);
}

}  // namespace
}  // namespace csm
