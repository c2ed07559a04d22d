#include <gtest/gtest.h>

#include <cmath>

#include "csm/mesh/mesh_options.h"
#include "detection.h"

namespace csm {
namespace {

TEST(Letterbox, FitsTheWholeImageCentred) {
  const Affine2 wide = letterbox(100, 200, 192, 192);
  EXPECT_DOUBLE_EQ(wide({0, 0}).x, 0);
  EXPECT_DOUBLE_EQ(wide({0, 0}).y, 48);
  EXPECT_DOUBLE_EQ(wide({200, 100}).x, 192);
  EXPECT_DOUBLE_EQ(wide({200, 100}).y, 144);
  const Point2 there_and_back = wide.inverse()(wide({37, 81}));
  EXPECT_NEAR(there_and_back.x, 37, 1e-12);
  EXPECT_NEAR(there_and_back.y, 81, 1e-12);
  EXPECT_DOUBLE_EQ(letterbox(400, 100, 192, 192)({100, 0}).x, 120);
}

TEST(DecodeDetections, PlacesBoxesAndPointsRelativeToTheirCell) {
  // 2 rows x 3 columns of 4 px; only the cell of row 1, column 2 has a score: its centre is (10,
  // 6).
  std::vector<float> boxes(6 * 16, 0.0F);
  std::vector<float> logits(6, -5.0F);
  logits[5] = 2.0F;
  float* cell = boxes.data() + 5 * 16;
  cell[0] = 1.0F;  // centre (11, 4)
  cell[1] = -2.0F;
  cell[2] = 6.0F;  // 6 x 4 px
  cell[3] = 4.0F;
  cell[4] = -1.0F;  // right eye at (9, 7)
  cell[5] = 1.0F;
  cell[14] = 3.0F;  // left ear at (13, 8)
  cell[15] = 2.0F;
  // The input is the image at half the size, 5 px to the right.
  const Affine2 to_input{0.5, 0, 5, 0, 0.5, 0};
  const auto detections = decode_detections(boxes, logits, 2, 3, 4, to_input);
  ASSERT_EQ(detections.size(), 1U);
  EXPECT_NEAR(detections[0].score, 1 / (1 + std::exp(-2.0)), 1e-12);
  EXPECT_EQ(detections[0].box, (Box{6, 4, 12, 8}));
  EXPECT_EQ(detections[0].points[0], (Point2{8, 14}));
  EXPECT_EQ(detections[0].points[5], (Point2{16, 16}));
}

TEST(DecodeDetections, OrdersByScoreAndDropsLowScoresAndEmptyBoxes) {
  std::vector<float> boxes(4 * 16, 4.0F);
  boxes[3 * 16 + 2] = -1.0F;  // a width below 0
  const std::vector<float> logits{0.1F, 3.0F, -0.1F, 9.0F};
  const auto detections = decode_detections(boxes, logits, 2, 2, 4, {});
  ASSERT_EQ(detections.size(), 2U);
  EXPECT_GT(detections[0].score, detections[1].score);
  EXPECT_EQ(detections[0].box, (Box{8, 4, 4, 4})) << "the second cell stands first";
}

TEST(Overlap, IsIntersectionOverUnion) {
  EXPECT_DOUBLE_EQ(overlap({0, 0, 4, 2}, {2, 1, 4, 2}), 2.0 / 14);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 4, 2}, {0, 0, 4, 2}), 1);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 4, 2}, {4, 0, 4, 2}), 0);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 4, 2}, {9, 9, 4, 2}), 0)
      << "two negative sides are not an overlap";
}

Detection at_box(Box box, double score) {
  Detection detection;
  detection.box = box;
  detection.score = score;
  return detection;
}

TEST(SuppressOverlaps, KeepsTheBestOfEachFaceOnly) {
  const std::vector<Detection> detections{at_box({0, 0, 10, 10}, 0.9), at_box({2, 0, 10, 10}, 0.8),
                                          at_box({8, 0, 10, 10}, 0.7), at_box({30, 30, 4, 4}, 0.6)};
  const auto kept = suppress_overlaps(detections, 0.3);
  ASSERT_EQ(kept.size(), 3U)
      << "the third overlaps the suppressed second (0.25), and the first by 0.11";
  EXPECT_DOUBLE_EQ(kept[0].score, 0.9);
  EXPECT_DOUBLE_EQ(kept[1].score, 0.7);
  EXPECT_EQ(suppress_overlaps(detections, 0.1).size(), 2U);
}

TEST(ChooseFace, TakesTheLargestTheMostCentralOrTheKnownOne) {
  const std::vector<Detection> faces{at_box({0, 0, 40, 40}, 0.6), at_box({90, 40, 20, 20}, 0.9),
                                     at_box({150, 60, 30, 30}, 0.8)};
  EXPECT_DOUBLE_EQ(choose_face(faces, FaceChoice::largest, 100, 200, std::nullopt).score, 0.6);
  EXPECT_DOUBLE_EQ(choose_face(faces, FaceChoice::central, 100, 200, std::nullopt).score, 0.9);
  EXPECT_DOUBLE_EQ(choose_face(faces, FaceChoice::central, 100, 200, Box{160, 70, 40, 40}).score,
                   0.8);
  EXPECT_DOUBLE_EQ(choose_face(faces, FaceChoice::largest, 100, 200, Box{60, 80, 5, 5}).score, 0.6)
      << "a box that none overlaps";
}

}  // namespace
}  // namespace csm
