#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/checkpoint/row_bytes.h"

namespace csm {
namespace {

ImageRow make_row(std::int64_t order) {
  return {.order = order,
          .id = "images/Ärger, \"zwei\".jpg",
          .status = "no face found",
          .detail = std::string("line\nwith a zero byte \0 in it", 28),
          .label = "male",
          .predicted = "female",
          .target = "same",
          .group = "older",
          .confidence = 0.1,
          .max_drop = std::numeric_limits<double>::infinity(),
          .min_drop = -1e-300,
          .n_saturated = 12,
          .yaw = 1.5,
          .pitch = -2.5,
          .roll = std::nan(""),
          .n_faces = 3,
          .n_meshes_turned = 2,
          .mesh_key = -77,
          .n_vertices = 2194,
          .n_patches = -1,
          .n_computed = 600,
          .n_audited = 24,
          .audit_error = 0.001,
          .audit_correlation = 0.98,
          .audit_bias = -0.002,
          .audit_spread = 0.003,
          .audit_drop_spread = 0.04,
          .n_fallbacks = 1,
          .faithfulness = {.original = {0.5, 2},
                           .darkened = {0.25, 1, 0.125, -1},
                           .kept = {0.4, 1.5, 0.3, 1.25},
                           .clipped_share = {0, 0.1},
                           .deletion_area = {0.6, 0.7},
                           .insertion_area = {0.8, 0.9},
                           .face_share = {1, 0.75}},
          .seconds = 3.25};
}

TEST(RowBytes, every_field_of_an_image_comes_back) {
  std::vector<ImageRow> rows = {ImageRow{}};  // what is there stays
  unpack_rows(pack_rows({make_row(7), ImageRow{}, make_row(9)}), rows);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[2].id, "");
  EXPECT_TRUE(std::isnan(rows[2].confidence) && std::isnan(rows[2].max_drop))
      << "what was not measured is no 0";
  EXPECT_EQ(rows[3].order, 9);
  const ImageRow expected = make_row(7);
  const ImageRow& row = rows[1];
  EXPECT_EQ(row.order, expected.order);
  EXPECT_EQ(row.id, expected.id);
  EXPECT_EQ(row.status, expected.status);
  EXPECT_EQ(row.detail, expected.detail);
  EXPECT_EQ(row.label, expected.label);
  EXPECT_EQ(row.predicted, expected.predicted);
  EXPECT_EQ(row.target, expected.target);
  EXPECT_EQ(row.group, expected.group);
  EXPECT_EQ(row.n_saturated, expected.n_saturated);
  EXPECT_EQ(row.confidence, expected.confidence);
  EXPECT_EQ(row.max_drop, expected.max_drop);
  EXPECT_EQ(row.min_drop, expected.min_drop);
  EXPECT_EQ(row.yaw, expected.yaw);
  EXPECT_EQ(row.pitch, expected.pitch);
  EXPECT_TRUE(std::isnan(row.roll));
  EXPECT_EQ(row.n_faces, expected.n_faces);
  EXPECT_EQ(row.n_meshes_turned, expected.n_meshes_turned);
  EXPECT_EQ(row.mesh_key, expected.mesh_key);
  EXPECT_EQ(row.n_vertices, expected.n_vertices);
  EXPECT_EQ(row.n_patches, expected.n_patches);
  EXPECT_EQ(row.n_computed, expected.n_computed);
  EXPECT_EQ(row.n_audited, expected.n_audited);
  EXPECT_EQ(row.audit_error, expected.audit_error);
  EXPECT_EQ(row.audit_correlation, expected.audit_correlation);
  EXPECT_EQ(row.audit_bias, expected.audit_bias);
  EXPECT_EQ(row.audit_spread, expected.audit_spread);
  EXPECT_EQ(row.audit_drop_spread, expected.audit_drop_spread);
  EXPECT_EQ(row.n_fallbacks, expected.n_fallbacks);
  EXPECT_EQ(row.faithfulness.original, expected.faithfulness.original);
  EXPECT_EQ(row.faithfulness.darkened, expected.faithfulness.darkened);
  EXPECT_EQ(row.faithfulness.kept, expected.faithfulness.kept);
  EXPECT_EQ(row.faithfulness.clipped_share, expected.faithfulness.clipped_share);
  EXPECT_EQ(row.faithfulness.deletion_area, expected.faithfulness.deletion_area);
  EXPECT_EQ(row.faithfulness.insertion_area, expected.faithfulness.insertion_area);
  EXPECT_EQ(row.faithfulness.face_share, expected.faithfulness.face_share);
  EXPECT_EQ(row.seconds, expected.seconds);
}

TEST(RowBytes, no_row_is_no_byte) {
  std::vector<ImageRow> rows;
  EXPECT_EQ(pack_rows({}), "");
  unpack_rows("", rows);
  EXPECT_TRUE(rows.empty());
}

TEST(RowBytes, a_rank_comes_back) {
  const RankRow row{.rank = 2,
                    .host = "node 7",
                    .device = "cuda:1",
                    .device_name = "NVIDIA H100",
                    .device_uuid = "0a-1",
                    .n_threads = 12,
                    .n_images = 345,
                    .loop_seconds = 12.5,
                    .busy_seconds = 11.25,
                    .seconds_of_phase = {{"decode", 1.5}, {"forward", 0.0}}};
  const RankRow found = unpack_rank(pack_rank(row));
  EXPECT_EQ(found.rank, row.rank);
  EXPECT_EQ(found.host, row.host);
  EXPECT_EQ(found.device, row.device);
  EXPECT_EQ(found.device_name, row.device_name);
  EXPECT_EQ(found.device_uuid, row.device_uuid);
  EXPECT_EQ(found.n_threads, row.n_threads);
  EXPECT_EQ(found.n_images, row.n_images);
  EXPECT_EQ(found.loop_seconds, row.loop_seconds);
  EXPECT_EQ(found.busy_seconds, row.busy_seconds);
  EXPECT_EQ(found.seconds_of_phase, row.seconds_of_phase);
}

}  // namespace
}  // namespace csm
