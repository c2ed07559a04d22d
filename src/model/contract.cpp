#include "csm/model/contract.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "contract_outputs.h"
#include "contract_reader.h"
#include "contract_sense.h"
#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

const std::vector<std::pair<std::string, ModelRole>> role_names = {
    {"classifier", ModelRole::classifier},
    {"embedding", ModelRole::embedding},
    {"detector", ModelRole::detector},
    {"mesh", ModelRole::mesh},
    {"pair", ModelRole::pair}};

/// Fails if an object lacks an optional field and has a key that is nearly its name.
void refuse_misspelt(const ContractReader& reader, const ContractJson& object,
                     const std::string& path, const std::string& field) {
  if (object.contains(field)) return;
  for (const auto& [key, value] : object.items())
    reader.require_none(path + key, fault_of_key(key, field));
}

InputContract read_input(const ContractReader& reader, const ContractJson& root) {
  InputContract input;
  input.height = reader.positive("input.height");
  input.width = reader.positive("input.width");
  input.colour = reader.choice<ColourOrder>("input.colour",
                                            {{"rgb", ColourOrder::rgb}, {"bgr", ColourOrder::bgr}});
  input.mean = reader.triple("input.mean");
  input.std = reader.triple("input.std");
  reader.require_none("input.mean", fault_of_mean(input.mean));
  reader.require_none("input.std", fault_of_std(input.std));
  refuse_misspelt(reader, root.at("input"), "input.", "fill");
  if (root.at("input").contains("fill")) {
    input.fill = reader.triple("input.fill");
    reader.require_none("input.fill", fault_of_fill(*input.fill));
  }
  return input;
}

CropContract read_crop(const ContractReader& reader, const InputContract& input) {
  CropContract crop;
  crop.rule = reader.choice<CropRule>("crop.rule", {{"whole_image", CropRule::whole_image},
                                                    {"face_box", CropRule::face_box},
                                                    {"five_points", CropRule::five_points}});

  // The side of the square crop over the longer side of the face's box.
  if (crop.rule == CropRule::face_box) {
    const ContractJson& scale = reader.at("crop.scale");
    if (!scale.is_number()) reader.fail("crop.scale", "is " + scale.dump() + ", not a number");
    crop.scale = scale.get<double>();
    reader.require_none("crop.scale", fault_of_crop_scale(crop.scale));
  }

  // Where the five points lie on the network's input [px].
  if (crop.rule == CropRule::five_points) {
    const ContractJson& points = reader.at("crop.template");
    bool fits = points.is_array() && points.size() == crop.five_points.size();
    for (std::size_t i = 0; fits && i < crop.five_points.size(); ++i) {
      fits = points[i].is_array() && points[i].size() == 2 && points[i][0].is_number() &&
             points[i][1].is_number();
      if (fits) crop.five_points[i] = {points[i][0].get<double>(), points[i][1].get<double>()};
    }
    if (!fits) reader.fail("crop.template", "is " + points.dump() + ", not five [x, y] in px");
    reader.require_none("crop.template",
                        fault_of_five_points(crop.five_points, input.height, input.width));
  }
  return crop;
}

}  // namespace

int n_images_of_input(const ModelContract& contract) {
  return contract.role == ModelRole::pair ? 2 : 1;
}

std::string to_string(ModelRole role) {
  for (const auto& [name, meaning] : role_names) {
    if (meaning == role) return name;
  }
  return "unknown";
}

ModelContract parse_contract(std::string_view json, const std::string& file_name) {
  // A JSON object of a version that is known.
  const ContractJson root = ContractJson::parse(json, nullptr, /*allow_exceptions=*/false);
  const ContractReader reader(root, file_name);
  if (root.is_discarded() || !root.is_object()) {
    throw InputError({"the contract of '" + file_name + "' is not a JSON object", "",
                      "csm export writes a valid one."});
  }
  if (const ContractJson& version = reader.at("csm_contract"); version != 1) {
    reader.fail("csm_contract", "is " + version.dump() + ", this program reads version 1");
  }

  // What every role has.
  refuse_misspelt(reader, root, "", "heads");
  ModelContract contract;
  contract.name = reader.text("name");
  contract.role = reader.choice<ModelRole>("role", role_names);
  contract.task = reader.text("task");
  contract.input = read_input(reader, root);
  contract.outputs = read_outputs(reader);
  contract.source = reader.text("source");
  contract.licence = reader.text("licence");

  // What the classes, the embedding or the similarity are read from.
  const bool sees_faces = contract.role == ModelRole::classifier ||
                          contract.role == ModelRole::embedding || contract.role == ModelRole::pair;
  if (sees_faces) contract.crop = read_crop(reader, contract.input);
  read_role(reader, root, contract);
  return contract;
}

}  // namespace csm
