// The manifests of tests/support/manifests.json, which csm shards is tested with too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "csm/core/error.h"
#include "csm/dataset/columns.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The code points of a UTF-8 text.
std::u32string code_points(const std::string& text) {
  std::u32string points;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x80 || byte >= 0xC0) {
      points.push_back(byte < 0x80    ? byte
                       : byte >= 0xF0 ? byte & 0x07U
                       : byte >= 0xE0 ? byte & 0x0FU
                                      : byte & 0x1FU);
    } else {
      points.back() = points.back() << 6U | (byte & 0x3FU);
    }
  }
  return points;
}

std::string utf_16(const std::u32string& points, bool is_little) {
  std::string bytes;
  const auto put = [&](std::uint32_t unit) {
    const char high = static_cast<char>(unit >> 8U);
    const char low = static_cast<char>(unit & 0xFFU);
    bytes += is_little ? std::string{low, high} : std::string{high, low};
  };
  for (const char32_t point : points) {
    if (point < 0x10000) {
      put(point);
    } else {
      put(0xD800U + ((point - 0x10000U) >> 10U));
      put(0xDC00U + ((point - 0x10000U) & 0x3FFU));
    }
  }
  return bytes;
}

std::string encode_text(const std::string& text, const std::string& encoding) {
  if (encoding == "utf-8") return text;
  const std::u32string points = code_points(text);
  if (encoding == "latin-1") return {points.begin(), points.end()};
  return utf_16(points, encoding == "utf-16-le");
}

/// The rows as (path, columns), and the ends of the warnings.
json rows_of(const Dataset& dataset) {
  json rows = json::array();
  for (const Sample& sample : dataset.samples) {
    json columns = json::object();
    for (const auto& [name, value] : sample.columns.entries()) columns[name] = value;
    EXPECT_EQ(sample.path, dataset.root / sample.id);
    rows.push_back({sample.id, columns});
  }
  return rows;
}

/// The rows of a case with each value as it is kept here; csm shards packs it as it is in the file.
json kept_rows(json rows) {
  for (json& row : rows) {
    for (auto& value : row.at(1)) value = readable_cell(value.get<std::string>());
  }
  return rows;
}

TEST(Manifests, of_peoples_programs_are_read_as_make_shards_reads_them) {
  std::ifstream stream(CSM_MANIFESTS);
  const json cases = json::parse(stream).at("cases");
  ASSERT_GT(cases.size(), 30U);
  const TemporaryFolder folder;
  for (const char* name : {"img/1.jpg", "img/2.jpg", "img/back\\slash.jpg"})
    folder.write(name, "x");
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    DatasetOptions options;
    options.dataset = folder.write("list.csv", encode_text(one.at("text"), one.at("encoding")));
    if (one.contains("error")) {
      EXPECT_THAT(message_of<InputError>([&] { open_dataset(options); }),
                  HasSubstr(one.at("error")));
      continue;
    }
    Dataset dataset;
    ASSERT_NO_THROW(dataset = open_dataset(options));
    EXPECT_EQ(rows_of(dataset), kept_rows(one.at("rows")));
    const json& unnamed = one.at("unnamed_lines");
    ASSERT_EQ(dataset.warnings.size(), unnamed.empty() ? 0U : 1U);
    if (unnamed.empty()) continue;
    EXPECT_THAT(dataset.warnings[0],
                HasSubstr(std::to_string(unnamed.size()) + " rows have no path"));
    EXPECT_THAT(dataset.warnings[0], HasSubstr("line " + std::to_string(unnamed[0].get<int>())));
  }
}

TEST(Manifests, of_semicolons_have_face_boxes_with_decimal_commas) {
  const TemporaryFolder folder;
  DatasetOptions options;
  options.dataset =
      folder.write("list.tsv", "path;face_x;face_y;face_w;face_h\na.jpg;1,5;2;30;40,25\n");
  EXPECT_EQ(open_dataset(options).samples.at(0).face_box, (Box{1.5, 2, 30, 40.25}));
}

TEST(Manifests, of_pairs_may_have_backslashes_and_semicolons) {
  const TemporaryFolder folder;
  folder.write("img/a.jpg", "x");
  DatasetOptions options;
  options.dataset = folder.path();
  options.pairs =
      folder.write("pairs.csv", ";path_a;path_b;same_person\n0;img\\a.jpg;img\\b.jpg;1\n");
  const Dataset pairs = open_dataset(options);
  EXPECT_EQ(pairs.samples.at(0).id, "img/a.jpg|img/b.jpg");
  EXPECT_EQ(pairs.samples.at(0).path, folder.path() / "img/a.jpg");
}

}  // namespace
}  // namespace csm::test
