#include "csm/model/contract.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "contract_sense.h"
#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

using Json = nlohmann::json;

/// Reads fields by their dotted names; its errors name the field.
class Reader {
 public:
  Reader(const Json& root, std::string file_name) : root_(root), file_name_(std::move(file_name)) {}

  [[noreturn]] void fail(const std::string& field, const std::string& problem) const {
    throw InputError(
        {"the contract of '" + file_name_ + "' is wrong: `" + field + "` " + problem, "",
         "docs/model_contract.md lists the fields; scripts/export_model.py writes them."});
  }

  /// Fails if a value cannot be meant.
  void require_none(const std::string& field, const std::optional<std::string>& fault) const {
    if (fault) fail(field, *fault);
  }

  const Json& at(const std::string& field) const {
    const Json* node = &root_;
    std::size_t begin = 0;
    while (begin <= field.size()) {
      const std::size_t end = std::min(field.find('.', begin), field.size());
      const std::string key = field.substr(begin, end - begin);
      if (!node->is_object() || !node->contains(key)) fail(field, "is missing");
      node = &node->at(key);
      begin = end + 1;
    }
    return *node;
  }

  std::string text(const std::string& field) const {
    const Json& node = at(field);
    if (!node.is_string()) fail(field, "is " + node.dump() + ", not a text");
    return node.get<std::string>();
  }

  int positive(const std::string& field) const {
    const Json& node = at(field);
    if (!node.is_number_integer() || node.get<std::int64_t>() < 1 ||
        node.get<std::int64_t>() > 65536) {
      fail(field, "is " + node.dump() + ", not a whole number from 1 to 65536");
    }
    return node.get<int>();
  }

  std::array<double, 3> triple(const std::string& field) const {
    const Json& node = at(field);
    const bool fits =
        node.is_array() && node.size() == 3 &&
        std::all_of(node.begin(), node.end(), [](const Json& value) { return value.is_number(); });
    if (!fits) fail(field, "is " + node.dump() + ", not three numbers");
    return {node[0].get<double>(), node[1].get<double>(), node[2].get<double>()};
  }

  template <class T>
  T choice(const std::string& field, const std::vector<std::pair<std::string, T>>& valid) const {
    return choice_in(field, text(field), valid);
  }

  template <class T>
  T choice_in(const std::string& field, const std::string& value,
              const std::vector<std::pair<std::string, T>>& valid) const {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : valid) {
      if (name == value) return meaning;
      names.push_back(name);
    }
    fail(field, "is '" + value + "', not one of " + join(names));
  }

 private:
  const Json& root_;
  std::string file_name_;
};

const std::vector<std::pair<std::string, ModelRole>> role_names = {
    {"classifier", ModelRole::classifier},
    {"embedding", ModelRole::embedding},
    {"detector", ModelRole::detector},
    {"mesh", ModelRole::mesh}};
const std::vector<std::pair<std::string, OutputKind>> kind_names = {
    {"logit", OutputKind::logit},
    {"probability", OutputKind::probability},
    {"binary_logit", OutputKind::binary_logit},
    {"sigmoids", OutputKind::sigmoids},
    {"sigmoid_logits", OutputKind::sigmoid_logits},
    {"embedding", OutputKind::embedding},
    {"box", OutputKind::box},
    {"landmarks", OutputKind::landmarks},
    {"ignored", OutputKind::ignored}};

InputContract read_input(const Reader& reader, const Json& root) {
  InputContract input;
  input.height = reader.positive("input.height");
  input.width = reader.positive("input.width");
  input.colour = reader.choice<ColourOrder>("input.colour",
                                            {{"rgb", ColourOrder::rgb}, {"bgr", ColourOrder::bgr}});
  input.mean = reader.triple("input.mean");
  input.std = reader.triple("input.std");
  reader.require_none("input.mean", fault_of_mean(input.mean));
  reader.require_none("input.std", fault_of_std(input.std));
  if (root.at("input").contains("fill")) {
    input.fill = reader.triple("input.fill");
    reader.require_none("input.fill", fault_of_fill(*input.fill));
  }
  return input;
}

CropContract read_crop(const Reader& reader, const InputContract& input) {
  CropContract crop;
  crop.rule = reader.choice<CropRule>("crop.rule", {{"whole_image", CropRule::whole_image},
                                                    {"face_box", CropRule::face_box},
                                                    {"five_points", CropRule::five_points}});

  // The side of the square crop over the longer side of the face's box.
  if (crop.rule == CropRule::face_box) {
    const Json& scale = reader.at("crop.scale");
    if (!scale.is_number()) reader.fail("crop.scale", "is " + scale.dump() + ", not a number");
    crop.scale = scale.get<double>();
    reader.require_none("crop.scale", fault_of_crop_scale(crop.scale));
  }

  // Where the five points lie on the network's input [px].
  if (crop.rule == CropRule::five_points) {
    const Json& points = reader.at("crop.template");
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

std::vector<OutputContract> read_outputs(const Reader& reader) {
  const Json& list = reader.at("outputs");
  if (!list.is_array() || list.empty())
    reader.fail("outputs", "is not a list with one entry per returned tensor");
  std::vector<OutputContract> outputs;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string field = "outputs[" + std::to_string(i) + "]";
    const Json& entry = list[i];
    const bool fits = entry.is_object() && entry.contains("name") && entry["name"].is_string() &&
                      entry.contains("kind") && entry["kind"].is_string() &&
                      entry.contains("size") && entry["size"].is_number_integer() &&
                      entry["size"].get<std::int64_t>() > 0;
    if (!fits) reader.fail(field, "needs a text `name`, a `kind` and a whole `size` above 0");
    outputs.push_back({.name = entry["name"].get<std::string>(),
                       .kind = reader.choice_in<OutputKind>(
                           field + ".kind", entry["kind"].get<std::string>(), kind_names),
                       .size = entry["size"].get<int>()});
  }
  return outputs;
}

std::vector<HeadContract> read_heads(const Reader& reader, const Json& root,
                                     const std::vector<OutputContract>& outputs) {
  std::vector<HeadContract> heads;
  if (!root.contains("heads")) return heads;
  const Json& list = root.at("heads");
  if (!list.is_array()) reader.fail("heads", "is not a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string field = "heads[" + std::to_string(i) + "]";
    HeadContract head;
    try {
      // An output by its name, and groups of its indices.
      const auto name = list[i].at("output").get<std::string>();
      const auto output = std::find_if(outputs.begin(), outputs.end(),
                                       [&](const OutputContract& o) { return o.name == name; });
      if (output == outputs.end())
        reader.fail(field + ".output", "is '" + name + "', which is not in `outputs`");
      head.output = static_cast<int>(output - outputs.begin());

      head.groups = list[i].at("groups").get<std::vector<std::vector<int>>>();
      for (const std::vector<int>& group : head.groups) {
        if (group.empty()) reader.fail(field + ".groups", "holds an empty group");
        for (const int member : group) {
          if (member < 0 || member >= output->size) {
            reader.fail(field + ".groups", "holds " + std::to_string(member) + ", output '" + name +
                                               "' has indices 0 to " +
                                               std::to_string(output->size - 1));
          }
        }
      }
    } catch (const Json::exception&) {
      reader.fail(field, "needs `output` (a name) and `groups` (lists of whole numbers)");
    }
    heads.push_back(std::move(head));
  }
  return heads;
}

std::size_t n_classes_of_outputs(const ModelContract& contract) {
  if (!contract.heads.empty()) {
    std::size_t n = 1;
    for (const HeadContract& head : contract.heads) n *= head.groups.size();
    return n;
  }
  for (const OutputContract& output : contract.outputs) {
    if (output.kind == OutputKind::ignored) continue;
    const bool is_of_second_class =
        output.kind == OutputKind::binary_logit || output.kind == OutputKind::probability;
    return is_of_second_class && output.size == 1 ? 2 : output.size;
  }
  return 0;
}

bool is_of_classes(OutputKind kind) {
  return kind == OutputKind::logit || kind == OutputKind::probability ||
         kind == OutputKind::binary_logit || kind == OutputKind::sigmoids ||
         kind == OutputKind::sigmoid_logits;
}

void read_classes(const Reader& reader, const Json& root, ModelContract& contract) {
  try {
    contract.classes = reader.at("classes").get<std::vector<std::string>>();
  } catch (const Json::exception&) {
    reader.fail("classes", "is not a list of names");
  }
  // "male, female" split at the comma leaves a blank, and labels would no longer match.
  for (std::string& name : contract.classes) name = trim(name);
  reader.require_none("classes", fault_of_classes(contract.classes));
  contract.heads = read_heads(reader, root, contract.outputs);
  const std::size_t n_expected = n_classes_of_outputs(contract);
  if (contract.classes.size() != n_expected || n_expected < 2) {
    reader.fail("classes", "has " + std::to_string(contract.classes.size()) +
                               " names, the outputs give " + std::to_string(n_expected) +
                               " classes (at least 2 are needed)");
  }
}

/// A classifier takes its classes from outputs that hold a score or a probability of each.
void check_kinds_of_classes(const Reader& reader, const ModelContract& contract) {
  const auto name_of = [](std::size_t i) { return "outputs[" + std::to_string(i) + "]"; };

  // One number tells two classes apart, no more.
  for (std::size_t i = 0; i < contract.outputs.size(); ++i) {
    const OutputContract& output = contract.outputs[i];
    if (output.kind == OutputKind::binary_logit && output.size != 1) {
      reader.fail(name_of(i) + ".size",
                  "is " + std::to_string(output.size) +
                      ", but a binary_logit is one number an image; several independent ones "
                      "are sigmoid_logits");
    }
  }

  // The groups of a head are sums of one softmax.
  for (std::size_t i = 0; i < contract.heads.size(); ++i) {
    const OutputContract& output = contract.outputs[contract.heads[i].output];
    if (output.kind == OutputKind::logit ||
        (output.kind == OutputKind::probability && output.size > 1))
      continue;
    reader.fail("heads[" + std::to_string(i) + "].output",
                "is '" + output.name + "' of kind " + to_string(output.kind) +
                    "; groups are made of one softmax, so the kind must be logit or probability "
                    "with a value a class");
  }
  if (!contract.heads.empty()) return;

  // Without heads the first output that is not ignored has the classes.
  const auto used =
      std::find_if(contract.outputs.begin(), contract.outputs.end(),
                   [](const OutputContract& output) { return output.kind != OutputKind::ignored; });
  if (used != contract.outputs.end() && !is_of_classes(used->kind)) {
    reader.fail(name_of(static_cast<std::size_t>(used - contract.outputs.begin())) + ".kind",
                "is " + to_string(used->kind) +
                    ", but the classes are read from it (the first that is not ignored); " +
                    "valid: logit, probability, binary_logit, sigmoids, sigmoid_logits");
  }
}

void require_kind(const Reader& reader, const ModelContract& contract,
                  const std::vector<OutputKind>& kinds, const char* names) {
  const bool has_one = std::any_of(
      contract.outputs.begin(), contract.outputs.end(), [&](const OutputContract& output) {
        return std::find(kinds.begin(), kinds.end(), output.kind) != kinds.end();
      });
  if (!has_one)
    reader.fail("outputs",
                "of the role " + to_string(contract.role) + " need one of kind " + names);
}

}  // namespace

std::string to_string(ModelRole role) {
  for (const auto& [name, meaning] : role_names) {
    if (meaning == role) return name;
  }
  return "unknown";
}

std::string to_string(OutputKind kind) {
  for (const auto& [name, meaning] : kind_names) {
    if (meaning == kind) return name;
  }
  return "unknown";
}

ModelContract parse_contract(std::string_view json, const std::string& file_name) {
  // A JSON object of a version that is known.
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  const Reader reader(root, file_name);
  if (root.is_discarded() || !root.is_object()) {
    throw InputError({"the contract of '" + file_name + "' is not a JSON object", "",
                      "scripts/export_model.py writes a valid one."});
  }
  if (const Json& version = reader.at("csm_contract"); version != 1) {
    reader.fail("csm_contract", "is " + version.dump() + ", this program reads version 1");
  }

  // What every role has.
  ModelContract contract;
  contract.name = reader.text("name");
  contract.role = reader.choice<ModelRole>("role", role_names);
  contract.task = reader.text("task");
  contract.input = read_input(reader, root);
  contract.outputs = read_outputs(reader);
  contract.source = reader.text("source");
  contract.licence = reader.text("licence");

  // What the classes, or the embedding, are read from.
  if (contract.role == ModelRole::classifier) {
    contract.crop = read_crop(reader, contract.input);
    require_kind(reader, contract,
                 {OutputKind::logit, OutputKind::probability, OutputKind::binary_logit,
                  OutputKind::sigmoids, OutputKind::sigmoid_logits},
                 "logit, probability, binary_logit, sigmoids or sigmoid_logits");
    read_classes(reader, root, contract);
    check_kinds_of_classes(reader, contract);
  }
  if (contract.role == ModelRole::embedding) {
    contract.crop = read_crop(reader, contract.input);
    require_kind(reader, contract, {OutputKind::embedding}, "embedding");
    const auto used = std::find_if(
        contract.outputs.begin(), contract.outputs.end(),
        [](const OutputContract& output) { return output.kind != OutputKind::ignored; });
    if (used->kind != OutputKind::embedding) {
      reader.fail("outputs",
                  "has '" + used->name + "' of kind " + to_string(used->kind) +
                      " before the embedding, and the first that is not `ignored` is used");
    }
  }
  return contract;
}

}  // namespace csm
