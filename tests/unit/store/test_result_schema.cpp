#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "csm/core/error.h"
#include "field_terms.h"
#include "group_schema.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Converts to whatever a member is.
struct AnyValue {
  template <class Value>
  operator Value() const;  // NOLINT(google-explicit-constructor)
};

/// The number of members of a struct without constructors.
template <class Struct, class... Values>
constexpr std::size_t count_members() {
  if constexpr (requires { Struct{Values{}..., AnyValue{}}; })
    return count_members<Struct, Values..., AnyValue>();
  else
    return sizeof...(Values);
}

template <class... Fields>
constexpr std::size_t count_fields(const std::tuple<Fields...>&) {
  return sizeof...(Fields);
}

TEST(FieldTables, have_every_member_of_a_row) {
  // Beside the columns: the seconds, the evaluations, which have a table of their own, and the
  // key of the mesh file, which is not written.
  EXPECT_EQ(count_members<ImageRow>(), count_fields(image_fields) + 3);
  EXPECT_EQ(count_members<ImageFaithfulness>(), count_fields(faithfulness_fields));
  EXPECT_EQ(count_members<RankRow>(), count_fields(rank_fields) + 1) << "but for the phases";
}

TEST(NameOf, finds_the_field_of_a_member) {
  EXPECT_EQ(name_of(image_fields, &ImageRow::status), "status");
  EXPECT_EQ(name_of(image_fields, &ImageRow::pitch), "pitch");
  EXPECT_EQ(name_of(image_fields, &ImageRow::mesh_key), "");
}

TEST(AxesOf, are_those_of_the_field_or_of_the_groups_rows_or_of_a_map) {
  EXPECT_THAT(axes_of("image, surface vertex", "image", 2), ElementsAre("image", "surface vertex"));
  EXPECT_THAT(axes_of("", "image", 1), ElementsAre("image"));
  EXPECT_THAT(axes_of("", "image", 2), ElementsAre("y", "x"));
  EXPECT_THAT(axes_of("", "image", 0), IsEmpty());
  EXPECT_THROW(axes_of("", "", 1), ContractError);
}

TEST(FillIn, puts_the_meaning_in_the_place_of_names_in_braces) {
  FieldTerms terms;
  terms.map_unit = "logit";
  terms.group_by = "age";
  EXPECT_EQ(fill_in("value of {group_by}, of --group-by [{map_unit}]", terms),
            "value of age, of --group-by [logit]");
  EXPECT_EQ(fill_in("", terms), "");
  EXPECT_THROW(fill_in("{sunrise}", terms), ContractError);
  EXPECT_THROW(fill_in("{map_unit", terms), ContractError);
}

TEST(DescribeField, has_another_phrase_and_no_equation_for_a_baseline_method) {
  constexpr auto drop = field(&ImageRow::max_drop, "max_drop", "{map_unit}", "largest drop")
                            .with_equation("Eq. (1)")
                            .for_baselines("largest {map_value}");
  FieldTerms terms;
  terms.map_value = "Grad-CAM";
  EXPECT_EQ(describe_field(drop, terms).long_name, "largest drop");
  EXPECT_EQ(describe_field(drop, terms).equation, "Eq. (1)");
  terms.is_own_method = false;
  EXPECT_EQ(describe_field(drop, terms).long_name, "largest Grad-CAM");
  EXPECT_EQ(describe_field(drop, terms).equation, "");
}

TEST(ResultSchema, names_each_group_and_each_data_set_once) {
  std::set<std::string_view> paths;
  for (const GroupSchema& group : result_schema()) {
    EXPECT_TRUE(paths.insert(group.group.path).second) << group.group.path;
    std::set<std::string_view> names;
    for (const FieldSchema& field : group.fields)
      EXPECT_TRUE(names.insert(field.name).second) << group.group.path << " " << field.name;
  }
}

TEST(ResultSchema, gives_every_number_a_unit_and_every_field_a_phrase) {
  // Confidences of several kinds have one data set, whose last axis is the kind.
  const std::set<std::string_view> of_mixed_units = {"original", "darkened", "kept"};
  for (const GroupSchema& group : result_schema()) {
    EXPECT_FALSE(group.group.about.empty()) << group.group.path;
    for (const FieldSchema& field : group.fields) {
      EXPECT_FALSE(field.long_name.empty()) << group.group.path << " " << field.name;
      const bool has_unit = field.type != "text" && !of_mixed_units.contains(field.name);
      EXPECT_EQ(!field.unit.empty(), has_unit) << group.group.path << " " << field.name;
    }
  }
}

TEST(ResultSchema, uses_names_in_braces_that_a_file_can_fill_in) {
  for (const GroupSchema& group : result_schema()) {
    for (const FieldSchema& field : group.fields) {
      for (const std::string_view text : {field.long_name, field.unit, field.baseline_name})
        EXPECT_NO_THROW(fill_in(text, {})) << group.group.path << " " << text;
    }
  }
}

// The files that scripts and readers use. Written anew with
//   CSM_WRITE_SCHEMA=1 build/release/bin/test_result_schema --gtest_filter='SchemaFiles.*'

nlohmann::ordered_json to_json(const FieldSchema& field) {
  nlohmann::ordered_json json = {{"name", field.name},
                                 {"type", field.type},
                                 {"axes", field.axes},
                                 {"unit", field.unit},
                                 {"long_name", field.long_name}};
  if (!field.equation.empty()) json["equation"] = field.equation;
  if (!field.baseline_name.empty()) json["baseline_name"] = field.baseline_name;
  if (field.is_optional) json["optional"] = true;
  return json;
}

/// {schema_version, groups: [{path, about, fields}, ...]}, a field a line.
std::string as_json() {
  std::string text = "{\"schema_version\": \"" + std::string(schema_version) + "\",\n\"groups\": [";
  std::string separator = "\n";
  for (const GroupSchema& group : result_schema()) {
    nlohmann::ordered_json head = {{"path", group.group.path}, {"about", group.group.about}};
    if (group.group.is_optional) head["optional"] = true;
    if (!group.any_name.empty()) head["texts"] = group.any_name;
    const std::string opened = head.dump();
    text += separator + opened.substr(0, opened.size() - 1) + ",\"fields\": [";
    separator = ",\n";
    for (std::size_t i = 0; i < group.fields.size(); ++i)
      text += (i == 0 ? "\n " : ",\n ") + to_json(group.fields[i]).dump();
    text += "]}";
  }
  return text + "]}\n";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " × ") + name;
  return text;
}

/// A heading, a sentence and a table for each group.
std::string as_markdown() {
  std::string text;
  for (const GroupSchema& group : result_schema()) {
    text +=
        "\n### `" + std::string(group.group.path) + "`\n\n" + std::string(group.group.about) + ".";
    if (group.group.is_optional) text += " Not in every file.";
    if (!group.any_name.empty())
      text += " One text each; its name is: " + std::string(group.any_name) + ".";
    text += "\n";
    if (group.fields.empty()) continue;
    text += "\n| name | type | axes | unit | meaning |\n|---|---|---|---|---|\n";
    for (const FieldSchema& field : group.fields) {
      std::string meaning(field.long_name);
      if (!field.baseline_name.empty())
        meaning += "; of a baseline method: " + std::string(field.baseline_name);
      if (!field.equation.empty()) meaning += ", " + std::string(field.equation);
      if (field.is_optional) meaning += " (optional)";
      text += "| `" + std::string(field.name) + "` | " + std::string(field.type) + " | " +
              joined(field.axes) + " | " + std::string(field.unit) + " | " + meaning + " |\n";
    }
  }
  return text + "\n";
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool is_asked_to_write() { return std::getenv("CSM_WRITE_SCHEMA") != nullptr; }

TEST(SchemaFiles, of_the_scripts_hold_the_tables_of_the_program) {
  const std::string path = CSM_SOURCE_DIR "/scripts/csm/schema.json";
  if (is_asked_to_write()) std::ofstream(path) << as_json();
  EXPECT_EQ(read(path), as_json()) << "write it anew with CSM_WRITE_SCHEMA=1";
  const nlohmann::json schema = nlohmann::json::parse(as_json());
  EXPECT_EQ(schema["schema_version"], schema_version);
  EXPECT_EQ(schema["groups"].size(), result_schema().size());
}

TEST(SchemaFiles, of_the_documentation_hold_the_tables_of_the_program) {
  const std::string path = CSM_SOURCE_DIR "/docs/result_file.md";
  const std::string begin_mark = "<!-- fields: begin -->\n";
  const std::string end_mark = "<!-- fields: end -->";
  std::string page = read(path);
  const std::size_t begin = page.find(begin_mark);
  const std::size_t end = page.find(end_mark);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end) << path;
  const std::size_t first = begin + begin_mark.size();
  if (is_asked_to_write())
    std::ofstream(path) << std::string(page).replace(first, end - first, as_markdown());
  page = read(path);
  EXPECT_EQ(page.substr(first, page.find(end_mark) - first), as_markdown())
      << "write it anew with CSM_WRITE_SCHEMA=1";
}

}  // namespace
}  // namespace csm
