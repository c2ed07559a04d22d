#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "csm/explain/method_facts.h"
#include "csm/options/parse.h"
#include "saliency_method.h"

namespace csm {
namespace {

using testing::HasSubstr;

TEST(SaliencyMethods, have_names_and_titles_of_their_own_and_the_programs_own_method_comes_first) {
  std::set<std::string> names;
  std::set<std::string> titles;
  for (const MethodFacts& facts : method_facts()) {
    EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
    EXPECT_TRUE(titles.insert(facts.title).second) << facts.title;
    EXPECT_FALSE(facts.name.empty() || facts.title.empty() || facts.summary.empty() ||
                 facts.cost.empty())
        << facts.name;
    EXPECT_EQ(facts.kind == MethodKind::own, facts.name == own_method) << facts.name;
  }
  EXPECT_EQ(method_facts().front().name, own_method);
}

TEST(SaliencyMethods, make_a_map_but_for_the_own_one_which_engines_make) {
  for (const SaliencyMethod& method : saliency_methods()) {
    EXPECT_EQ(method.map == nullptr, method.facts.kind == MethodKind::own) << method.facts.name;
    EXPECT_EQ(method.passes == nullptr, method.facts.kind != MethodKind::baseline)
        << method.facts.name;
  }
}

TEST(SaliencyMethods, all_stand_in_the_help_and_are_values_of_the_option) {
  const std::string help = help_text(method_facts());
  for (const MethodFacts& facts : method_facts()) EXPECT_THAT(help, HasSubstr(facts.name));
}

TEST(AdviseMethods, names_those_that_look_at_the_network_and_have_the_property) {
  EXPECT_EQ(advise_methods(
                [](const MethodNeeds& needs) { return !needs.input_gradient && !needs.layer; }),
            "csm, sliding_occlusion, rise or corr_rise");
  EXPECT_EQ(
      advise_methods([](const MethodNeeds& needs) { return needs.layer && !needs.layer_gradient; }),
      "score_cam");
}

TEST(DescribeMethod, has_a_text_for_every_method) {
  for (const MethodFacts& facts : method_facts()) {
    const MapText text = describe_method(facts.name, "cosine");
    EXPECT_FALSE(text.value.empty() || text.place.empty() || text.high.empty()) << facts.name;
    EXPECT_EQ(text.unit, "1") << facts.name;
    EXPECT_EQ(text.name, facts.title);
  }
}

TEST(DescribeMethod, speaks_of_drops_where_something_is_occluded_only) {
  for (const MethodFacts& facts : method_facts()) {
    const MapText text = describe_method(facts.name, "probability");
    EXPECT_EQ(text.value == "drop of the probability", facts.needs.patches) << facts.name;
  }
}

TEST(DescribeMethod, gives_a_gradient_of_the_logit_its_unit) {
  EXPECT_EQ(describe_method("gradient", "logit").unit, "logit");
  EXPECT_EQ(describe_method("grad_cam", "logit").unit, "1");
}

// The files that documentation and scripts read. Written anew with
//   CSM_WRITE_METHODS=1 build/release/bin/test_methods --gtest_filter='MethodFiles.*'

std::string name_of(MethodKind kind) {
  switch (kind) {
    case MethodKind::own:
      return "own";
    case MethodKind::baseline:
      return "baseline";
    case MethodKind::control:
      return "control";
  }
  return {};
}

/// [{name, kind, title, signed, needs}, ...], a method a line.
std::string as_json() {
  std::string text;
  for (const MethodFacts& facts : method_facts()) {
    const MethodNeeds& needs = facts.needs;
    nlohmann::ordered_json method = {
        {"name", facts.name},
        {"kind", name_of(facts.kind)},
        {"title", facts.title},
        {"signed", !describe_method(facts.name, "log_odds").low.empty()},
        {"needs", nlohmann::json::array()}};
    const std::vector<std::pair<const char*, bool>> all_needs = {
        {"input_gradient", needs.input_gradient},
        {"guided_rectifiers", needs.guided_rectifiers},
        {"layer", needs.layer},
        {"layer_gradient", needs.layer_gradient},
        {"reference", needs.reference},
        {"patches", needs.patches},
        {"seed", needs.seed}};
    for (const auto& [name, is_needed] : all_needs) {
      if (is_needed) method["needs"].push_back(name);
    }
    text += (text.empty() ? "[" : ",\n ") + method.dump();
  }
  return text + "]\n";
}

/// The rows of a Markdown table.
std::string as_table() {
  std::string text =
      "| method | map on the network's input | sign | passes an image |\n|---|---|---|---|\n";
  for (const MethodFacts& facts : method_facts()) {
    const bool is_signed = !describe_method(facts.name, "log_odds").low.empty();
    text += "| `" + facts.name + "` | " + facts.summary + " | " + (is_signed ? "±" : "≥ 0") +
            " | " + facts.cost + " |\n";
  }
  return text;
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool is_asked_to_write() { return std::getenv("CSM_WRITE_METHODS") != nullptr; }

TEST(MethodFiles, of_the_scripts_hold_the_list_of_the_program) {
  const std::string path = CSM_SOURCE_DIR "/scripts/csm/methods.json";
  if (is_asked_to_write()) std::ofstream(path) << as_json();
  EXPECT_EQ(read(path), as_json());
}

TEST(MethodFiles, of_the_documentation_hold_the_list_of_the_program) {
  const std::string path = CSM_SOURCE_DIR "/docs/methods.md";
  std::string page = read(path);
  const std::size_t begin = page.find("| method |");
  ASSERT_NE(begin, std::string::npos) << path;
  const std::size_t end = page.find("\n\n", begin) + 1;
  if (is_asked_to_write()) std::ofstream(path) << page.replace(begin, end - begin, as_table());
  EXPECT_EQ(read(path).substr(begin, as_table().size() + 1), as_table() + "\n");
}

}  // namespace
}  // namespace csm
