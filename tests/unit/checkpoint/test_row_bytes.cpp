#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/checkpoint/row_bytes.h"

namespace csm {
namespace {

/// Gives each field, one after another, a value that no other one has.
struct Distinct {
  int n = 0;
  void set(std::int64_t& value) { value = -7 - ++n; }
  void set(double& value) { value = 0.1 + ++n; }
  void set(std::string& value) { value = std::string("\xC3\x84, \"\n\0", 7) + std::to_string(++n); }
  void set(std::vector<double>& value) { value = {0.5 + ++n, -1e-300}; }
};

/// Calls visit(value) for every field of the tables of an image's row, and for its other members.
template <class Row, class Visit>
void visit_row(Row& row, Visit&& visit) {
  for_each_field(image_fields, [&](const auto& field) { visit(row.*field.access); });
  for_each_field(faithfulness_fields,
                 [&](const auto& field) { visit(row.faithfulness.*field.access); });
  visit(row.seconds);
  visit(row.mesh_key);
}

ImageRow make_row(std::int64_t order) {
  ImageRow row;
  Distinct distinct;
  visit_row(row, [&](auto& value) { distinct.set(value); });
  row.order = order;
  return row;
}

TEST(RowBytes, every_field_of_an_image_comes_back) {
  std::vector<ImageRow> rows = {ImageRow{}};  // what is there stays
  unpack_rows(pack_rows({make_row(7), ImageRow{}, make_row(9)}), rows);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[2].id, "");
  EXPECT_TRUE(std::isnan(rows[2].confidence) && std::isnan(rows[2].max_drop))
      << "what was not measured is not a 0";
  EXPECT_EQ(rows[3].order, 9);
  const ImageRow expected = make_row(7);
  for_each_field(image_fields, [&](const auto& field) {
    EXPECT_EQ(rows[1].*field.access, expected.*field.access) << field.name;
  });
  for_each_field(faithfulness_fields, [&](const auto& field) {
    EXPECT_EQ(rows[1].faithfulness.*field.access, expected.faithfulness.*field.access)
        << field.name;
  });
  EXPECT_EQ(rows[1].seconds, expected.seconds);
  EXPECT_EQ(rows[1].mesh_key, expected.mesh_key);
}

TEST(RowBytes, numbers_that_are_not_finite_come_back) {
  ImageRow row;
  row.max_drop = std::numeric_limits<double>::infinity();
  row.roll = std::nan("");
  std::vector<ImageRow> rows;
  unpack_rows(pack_rows({row}), rows);
  EXPECT_EQ(rows.at(0).max_drop, row.max_drop);
  EXPECT_TRUE(std::isnan(rows.at(0).roll));
}

TEST(RowLayout, has_every_field_with_its_type_in_the_order_of_the_bytes) {
  const std::string layout = row_layout();
  EXPECT_THAT(layout, testing::StartsWith("order:i id:t status:t "));
  EXPECT_THAT(layout, testing::HasSubstr(" yaw:f "));
  EXPECT_THAT(layout, testing::HasSubstr(" original:v "));
  EXPECT_THAT(layout, testing::EndsWith(" image_seconds:f mesh_key:i "));
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
