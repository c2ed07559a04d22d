#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "csm/store/result.h"

namespace csm::test {

/// A map whose pixel (row, column) is offset + 0.01 * (10 * row + column); read_back.py has the
/// same formula.
inline CanonicalMap synthetic_map(int height, int width, float offset, float error) {
  CanonicalMap map{Grid<float>(height, width), Grid<float>(height, width, error),
                   Grid<std::int64_t>(height, width, 3), 3};
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      map.mean(row, column) = offset + 0.01F * static_cast<float>(10 * row + column);
    }
  }
  map.count(0, 0) = 0;
  return map;
}

inline RgbImage synthetic_picture(int height, int width) {
  RgbImage picture(height, width);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      picture.pixel(row, column)[0] = static_cast<std::uint8_t>(row);
      picture.pixel(row, column)[1] = static_cast<std::uint8_t>(100 + column);
      picture.pixel(row, column)[2] = 200;
    }
  }
  return picture;
}

inline ImageRow synthetic_row(std::int64_t order, const std::string& id,
                              const std::string& status) {
  ImageRow row;
  row.order = order;
  row.id = id;
  row.status = status;
  row.label = "male";
  row.predicted = "female";
  row.target = "female";
  row.group = "female";
  row.confidence = 0.75;
  row.max_drop = 0.5;
  row.min_drop = -0.25;
  row.n_saturated = 7;
  row.yaw = 10;
  row.pitch = 20;
  row.roll = 30;
  row.n_vertices = 2194;
  row.n_patches = 1900;
  row.n_computed = 600;
  row.n_audited = 24;
  row.audit_error = 0.125;
  row.audit_correlation = 0.5;
  row.audit_bias = -0.0625;
  row.audit_spread = 0.25;
  row.audit_drop_spread = 2;
  row.n_fallbacks = 1;
  row.seconds = 1.5;
  return row;
}

inline CanonicalFace synthetic_canonical(int size) {
  CanonicalFace canonical;
  canonical.size = size;
  canonical.vertices = {{1, 2}, {3, 4}};
  canonical.vertex_regions = {Region::nose, Region::left_jaw};
  canonical.vertex_uv = {{0.1, 0.2}, {0.3, 0.4}};
  canonical.surface = {{{0, 0, 1}, {5, 0, 2}, {0, 5, 3}, {5, 5, 4}}, {{0, 1, 2}, {1, 3, 2}}};
  canonical.pixel_regions = Grid<Region>(size, size, Region::none);
  canonical.pixel_regions(1, 2) = Region::mouth;
  canonical.source = "synthetic";
  return canonical;
}

/// Evaluations of two maps in two kinds of confidence for the images that are ok; the values are
/// order + 0.1 * position. The CMS of the second map is the run's own less 0.3.
inline void add_synthetic_evaluation(Result& result) {
  for (ImageRow& row : result.images) {
    if (row.status != "ok") continue;
    const auto values = [&](int n) {
      std::vector<double> list;
      for (int i = 0; i < n; ++i) list.push_back(static_cast<double>(row.order) + 0.1 * i);
      return list;
    };
    row.faithfulness = {.original = values(2),
                        .darkened = values(4),
                        .kept = values(4),
                        .clipped_share = values(2),
                        .deletion_area = values(2),
                        .insertion_area = values(2),
                        .face_share = values(2),
                        .deletion_similarity = values(6),
                        .insertion_similarity = values(6),
                        .same_person = values(1)};
  }
  const MeanInterval zero;
  result.faithfulness = {
      .maps = {"cis", "grad_cam"},
      .confidences = {"probability", "logit"},
      .measures = {{.name = "average_drop",
                    .confidence = "probability",
                    .unit = "%",
                    .meaning = "Eq. (11)",
                    .better = Better::higher,
                    .n_images = 3,
                    .of_map = {{10, 8, 12}, {20, 17, 23}},
                    .differences = {zero, {-10, -13, -7}, {10, 7, 13}, zero}},
                   {.name = "face_share",
                    .confidence = "",
                    .unit = "%",
                    .meaning = "on the face",
                    .better = Better::neither,
                    .n_images = 3,
                    .of_map = {{100, 100, 100}, {80, 70, 90}},
                    .differences = {zero, {20, 10, 30}, {-20, -30, -10}, zero}}},
      .verification = {.threshold = 0.25,
                       .equal_error_rate = 0.125,
                       .clean_accuracy = 0.875,
                       .n_same = 1,
                       .n_different = 2,
                       .altered_share = {0, 0.5, 1},
                       .deletion_accuracy = {0.875, 0.5, 0.25, 0.875, 0.75, 0.25},
                       .insertion_accuracy = {0.25, 0.5, 0.875, 0.25, 0.75, 0.875}}};
  result.methods = {
      {.name = "grad_cam",
       .words = {.name = "Grad-CAM", .value = "Grad-CAM of the probability", .unit = "1"},
       .map = synthetic_map(result.cms.mean.height(), result.cms.mean.width(), -0.5F, 0.05F)}};
}

inline Classification synthetic_classification() {
  Classification counts = {.classes = {"male", "female"},
                           .n_predicted = {1, 2},
                           .n_labelled = {2, 0},
                           .confusion = Grid<std::int64_t>(2, 2),
                           .accuracy = {.share = 0.5, .low = 0.25, .high = 0.75},
                           .accuracy_of_class = {{.share = 0.5, .low = 0.125, .high = 0.875}, {}},
                           .n_all_labelled = 2,
                           .n_right = 1,
                           .n_images = 3,
                           .n_saturated = 1};
  counts.confusion(0, 0) = 1;
  counts.confusion(0, 1) = 1;
  return counts;
}

/// A small result with every field set. Maps have the given shape, which need not be square here.
inline Result synthetic_result(int height, int width) {
  Result result;
  result.title = "Gender: canonical saliency map";
  result.task = "gender";
  result.confidence_kind = "probability";
  result.confidence_name = "probability";
  result.confidence_unit = "1";
  result.pixel_weights = Grid<double>(height, width, 1.0);
  result.words = {.value = "drop of the probability",
                  .unit = "1",
                  .place = "under a square patch",
                  .high = "places where a patch over the face lowers the network's probability",
                  .low = "places where it raises it"};
  result.start_time = "2026-01-01T00:00:00Z";
  result.end_time = "2026-01-01T00:01:00Z";
  result.command = "csm_mpi --task gender";
  result.options = {{"patch-size", "8", OptionScope::identity},
                    {"output", "/tmp/x.h5", OptionScope::process},
                    {"quiet", "on", OptionScope::process},
                    {"label", "Äpfel \xFF", OptionScope::identity}};
  result.versions = {{"program", "0.1.0"}, {"hdf5", "1.10"}};
  result.inputs = {{"model", "gender.pt"}, {"model-sha256", "abc"}};
  result.remarks = {"A plain sentence."};
  result.warnings = {"A grave sentence."};
  result.classification = synthetic_classification();
  result.seed = std::numeric_limits<std::uint64_t>::max();
  result.n_ranks = 2;
  result.n_images = 3;
  result.n_failed = 1;
  result.cms = synthetic_map(height, width, -0.2F, 0.03F);
  result.group_by = "target";
  result.groups = {{"a/b", synthetic_map(height, width, 0.5F, 0.3F)},
                   {"a_b", synthetic_map(height, width, 0.25F, 0.4F)}};
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  result.convergence = {
      {1, 2, 3},
      {0.3, 0.2, 0},
      {0.7, 0.8, 1},
      {0.6, 0.7, 1},
      {0.5, 0.6, 1},
      {unknown, 0.1, 0.2},
      {synthetic_map(height, width, 1, 0).mean, synthetic_map(height, width, 2, 0).mean,
       synthetic_map(height, width, 3, 0).mean},
      {1900, 3850, 5700}};
  result.regions = {{"nose", 0.1, 0.01, 0.6, 40}, {"left_eye", -0.2, 0.02, 0.4, 30}};
  result.mean_face = synthetic_picture(height, width);
  const Grid<float> map = synthetic_map(height, width, 1, 0).mean;
  result.examples = {
      {0, map, synthetic_picture(height, width), synthetic_picture(3, 4), Grid<float>(3, 4)},
      {3, map, synthetic_picture(height, width), synthetic_picture(3, 4), Grid<float>(3, 4)}};
  result.canonical = synthetic_canonical(height);
  result.images = {synthetic_row(0, "a.png", "ok"), synthetic_row(1, "b.png", "no face found"),
                   synthetic_row(2, "c.png", "ok"), synthetic_row(3, "d.png", "ok")};
  result.images[1].detail = "no face found: b.png";
  result.compute_settings = {{"cublas_tf32", "off"}};
  result.ranks = {
      {0, "host", "cuda:0", "NVIDIA H100", "0a-1", 1, 2, 11, 10, {{"load", 0.5}, {"forward", 10}}},
      {1, "host", "cpu", "", "", 1, 2, 12, 11, {{"load", 0.75}, {"forward", 11}}}};
  result.failures = {{"no face found", 1}};
  return result;
}

}  // namespace csm::test
