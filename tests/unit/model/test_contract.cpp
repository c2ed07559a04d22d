#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/contract.h"
#include "support/message_of.h"

namespace csm {
namespace {

using Json = nlohmann::json;

Json valid_classifier() {
  return {{"csm_contract", 1},
          {"name", "a name"},
          {"role", "classifier"},
          {"task", "gender"},
          {"input",
           {{"height", 8},
            {"width", 12},
            {"colour", "bgr"},
            {"mean", {1, 2, 3}},
            {"std", {4, 5, 6}},
            {"fill", {7, 8, 9}}}},
          {"crop", {{"rule", "face_box"}, {"scale", 1.5}}},
          {"outputs",
           {{{"name", "yaw"}, {"kind", "logit"}, {"size", 4}},
            {{"name", "pitch"}, {"kind", "probability"}, {"size", 3}}}},
          {"classes", {"left-up", " left-down", "right-up ", "right-down"}},
          {"heads",
           {{{"output", "yaw"}, {"groups", {{0, 1}, {2, 3}}}},
            {{"output", "pitch"}, {"groups", {{0}, {1, 2}}}}}},
          {"source", "here"},
          {"licence", "MIT"}};
}

TEST(ParseContract, reads_every_field) {
  const ModelContract contract = parse_contract(valid_classifier().dump(), "m.pt");
  EXPECT_EQ(contract.role, ModelRole::classifier);
  EXPECT_EQ(contract.input.height, 8);
  EXPECT_EQ(contract.input.width, 12);
  EXPECT_EQ(contract.input.colour, ColourOrder::bgr);
  EXPECT_EQ(contract.input.std[2], 6);
  EXPECT_EQ(contract.input.fill, (std::array<double, 3>{7, 8, 9}));
  EXPECT_EQ(contract.crop.rule, CropRule::face_box);
  EXPECT_EQ(contract.crop.scale, 1.5);
  EXPECT_EQ(contract.outputs[1].kind, OutputKind::probability);
  EXPECT_EQ(contract.heads[1].output, 1);
  EXPECT_EQ(contract.heads[1].groups[1], (std::vector<int>{1, 2}));
  EXPECT_EQ(contract.classes,
            (std::vector<std::string>{"left-up", "left-down", "right-up", "right-down"}));
}

/// A classifier of two classes without heads.
Json plain_classifier(const std::string& kind, int size) {
  Json json = valid_classifier();
  json.erase("heads");
  json["outputs"] = {{{"name", "x"}, {"kind", kind}, {"size", size}}};
  json["classes"] = {"male", "female"};
  return json;
}

TEST(ParseContract, one_number_can_stand_for_two_classes) {
  for (const std::string kind : {"binary_logit", "probability"}) {
    EXPECT_EQ(to_string(parse_contract(plain_classifier(kind, 1).dump(), "m.pt").outputs[0].kind),
              kind);
  }
  for (const std::string kind : {"logit", "sigmoids", "sigmoid_logits"}) {
    EXPECT_THROW(parse_contract(plain_classifier(kind, 1).dump(), "m.pt"), InputError) << kind;
    EXPECT_EQ(to_string(parse_contract(plain_classifier(kind, 2).dump(), "m.pt").outputs[0].kind),
              kind);
  }
}

TEST(ParseContract, an_embedding_may_stand_after_ignored_outputs_only) {
  Json json = plain_classifier("ignored", 10);
  json["role"] = "embedding";
  json["outputs"].push_back({{"name", "e"}, {"kind", "embedding"}, {"size", 4}});
  EXPECT_EQ(parse_contract(json.dump(), "m.pt").outputs[1].kind, OutputKind::embedding);
  json["outputs"][0]["kind"] = "logit";
  EXPECT_THROW(parse_contract(json.dump(), "m.pt"), InputError);
}

TEST(ParseContract, a_pair_gives_one_similarity_of_two_images) {
  Json json = plain_classifier("ignored", 10);
  json["role"] = "pair";
  json["outputs"].push_back({{"name", "s"}, {"kind", "similarity"}, {"size", 1}});
  const ModelContract contract = parse_contract(json.dump(), "m.pt");
  EXPECT_EQ(contract.outputs[1].kind, OutputKind::similarity);
  EXPECT_EQ(n_images_of_input(contract), 2);
  json["outputs"][1]["size"] = 2;
  EXPECT_THROW(parse_contract(json.dump(), "m.pt"), InputError);
  json["outputs"][1] = {{"name", "e"}, {"kind", "embedding"}, {"size", 1}};
  EXPECT_THROW(parse_contract(json.dump(), "m.pt"), InputError);
  EXPECT_EQ(n_images_of_input(parse_contract(valid_classifier().dump(), "m.pt")), 1);
}

TEST(ParseContract, reads_the_five_points_in_order) {
  Json json = valid_classifier();
  json["crop"] = {{"rule", "five_points"},
                  {"template", {{4, 2}, {8, 2.5}, {6, 4}, {4.5, 6}, {7.5, 6.5}}}};
  EXPECT_EQ(parse_contract(json.dump(), "m.pt").crop.five_points[4], (Point2{7.5, 6.5}));
}

TEST(ParseContract, refuses_a_misspelt_optional_field_and_no_other_one) {
  Json json = plain_classifier("logit", 2);
  json["note"] = "of mine";
  json["input"].erase("fill");
  EXPECT_NO_THROW(parse_contract(json.dump(), "m.pt"));
  Json other = json;
  other["input"]["fil"] = {1, 2, 3};
  EXPECT_THAT(test::message_of<InputError>([&] { parse_contract(other.dump(), "m.pt"); }),
              testing::HasSubstr("`input.fil` is not a field. Is it `fill`, misspelt?"));
  json["head"] = Json::array();
  EXPECT_THROW(parse_contract(json.dump(), "m.pt"), InputError);
}

struct BadContract {
  const char* name;
  std::function<void(Json&)> spoil;
  const char* field;
};

class BadContracts : public testing::TestWithParam<BadContract> {};

TEST_P(BadContracts, are_refused_with_the_file_and_the_field) {
  Json json = valid_classifier();
  GetParam().spoil(json);
  try {
    parse_contract(json.dump(), "m.pt");
    FAIL() << "accepted: " << json.dump();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("m.pt"));
    EXPECT_THAT(error.what(), testing::HasSubstr(GetParam().field));
  }
}

INSTANTIATE_TEST_SUITE_P(
    ParseContract, BadContracts,
    testing::Values(
        BadContract{"version", [](Json& j) { j["csm_contract"] = 2; }, "csm_contract"},
        BadContract{"no_role", [](Json& j) { j.erase("role"); }, "role"},
        BadContract{"role", [](Json& j) { j["role"] = "teacher"; }, "teacher"},
        BadContract{"height", [](Json& j) { j["input"]["height"] = 0; }, "input.height"},
        BadContract{"width", [](Json& j) { j["input"].erase("width"); }, "input.width"},
        BadContract{"colour", [](Json& j) { j["input"]["colour"] = "grey"; }, "rgb, bgr"},
        BadContract{"mean",
                    [](Json& j) {
                      j["input"]["mean"] = {1, 2};
                    },
                    "input.mean"},
        BadContract{"std",
                    [](Json& j) {
                      j["input"]["std"] = {1, 0, 1};
                    },
                    "input.std"},
        BadContract{"mean_on_0_1",
                    [](Json& j) {
                      j["input"]["mean"] = {0.5, 0.5, 0.4};
                    },
                    "input.mean"},
        BadContract{"fill",
                    [](Json& j) {
                      j["input"]["fill"] = {1, 2, 300};
                    },
                    "input.fill"},
        BadContract{"small_scale", [](Json& j) { j["crop"]["scale"] = 0.1; }, "crop.scale"},
        BadContract{"exchanged_sides",
                    [](Json& j) {
                      j["crop"] = {{"rule", "five_points"},
                                   {"template", {{8, 2}, {4, 2}, {6, 4}, {7, 6}, {5, 6}}}};
                    },
                    "sides exchanged"},
        BadContract{"broken_class", [](Json& j) { j["classes"][1] = "a\nb"; }, "line break"},
        BadContract{"long_class", [](Json& j) { j["classes"][1] = std::string(200, 'x'); },
                    "at most 100 characters"},
        BadContract{"blank_class", [](Json& j) { j["classes"][1] = " "; }, "empty name"},
        BadContract{"same_class", [](Json& j) { j["classes"][1] = " Left-up"; }, "twice"},
        BadContract{"head_of_sigmoids", [](Json& j) { j["outputs"][0]["kind"] = "sigmoids"; },
                    "heads[0].output"},
        BadContract{"wide_binary", [](Json& j) { j["outputs"][0]["kind"] = "binary_logit"; },
                    "outputs[0].size"},
        BadContract{"rule", [](Json& j) { j["crop"]["rule"] = "tight"; }, "crop.rule"},
        BadContract{"scale", [](Json& j) { j["crop"]["scale"] = -1; }, "crop.scale"},
        BadContract{"points",
                    [](Json& j) {
                      j["crop"] = {{"rule", "five_points"}, {"template", {{1, 2}}}};
                    },
                    "crop.template"},
        BadContract{"no_outputs", [](Json& j) { j["outputs"] = Json::array(); }, "outputs"},
        BadContract{"kind", [](Json& j) { j["outputs"][0]["kind"] = "softmax"; },
                    "outputs[0].kind"},
        BadContract{"size", [](Json& j) { j["outputs"][1]["size"] = 0; }, "outputs[1]"},
        BadContract{"head_output", [](Json& j) { j["heads"][0]["output"] = "roll"; }, "roll"},
        BadContract{"head_index", [](Json& j) { j["heads"][0]["groups"][0][0] = 4; },
                    "heads[0].groups"},
        BadContract{"empty_group", [](Json& j) { j["heads"][0]["groups"][0] = Json::array(); },
                    "empty group"},
        BadContract{"classes", [](Json& j) { j["classes"].push_back("fifth"); }, "classes"},
        BadContract{"licence", [](Json& j) { j.erase("licence"); }, "licence"},
        BadContract{"embedding", [](Json& j) { j["role"] = "embedding"; }, "embedding"}),
    [](const auto& instance) { return instance.param.name; });

TEST(ParseContract, refuses_text_that_is_no_json) {
  EXPECT_THROW(parse_contract("{", "m.pt"), InputError);
}

}  // namespace
}  // namespace csm
