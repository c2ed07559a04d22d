#include "contract_outputs.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "contract_sense.h"

namespace csm {
namespace {

const std::vector<std::pair<std::string, OutputKind>> kind_names = {
    {"logit", OutputKind::logit},
    {"probability", OutputKind::probability},
    {"binary_logit", OutputKind::binary_logit},
    {"sigmoids", OutputKind::sigmoids},
    {"sigmoid_logits", OutputKind::sigmoid_logits},
    {"embedding", OutputKind::embedding},
    {"similarity", OutputKind::similarity},
    {"box", OutputKind::box},
    {"landmarks", OutputKind::landmarks},
    {"ignored", OutputKind::ignored}};

/// The first output that is not ignored; the end if there is none.
std::vector<OutputContract>::const_iterator first_used(const ModelContract& contract) {
  return std::find_if(
      contract.outputs.begin(), contract.outputs.end(),
      [](const OutputContract& output) { return output.kind != OutputKind::ignored; });
}

std::vector<HeadContract> read_heads(const ContractReader& reader, const ContractJson& root,
                                     const std::vector<OutputContract>& outputs) {
  std::vector<HeadContract> heads;
  if (!root.contains("heads")) return heads;
  const ContractJson& list = root.at("heads");
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
    } catch (const ContractJson::exception&) {
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

void read_classes(const ContractReader& reader, const ContractJson& root, ModelContract& contract) {
  try {
    contract.classes = reader.at("classes").get<std::vector<std::string>>();
  } catch (const ContractJson::exception&) {
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
void check_kinds_of_classes(const ContractReader& reader, const ModelContract& contract) {
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
  const auto used = first_used(contract);
  if (used != contract.outputs.end() && !is_of_classes(used->kind)) {
    reader.fail(name_of(static_cast<std::size_t>(used - contract.outputs.begin())) + ".kind",
                "is " + to_string(used->kind) +
                    ", but the classes are read from it (the first that is not ignored); " +
                    "valid: logit, probability, binary_logit, sigmoids, sigmoid_logits");
  }
}

void require_kind(const ContractReader& reader, const ModelContract& contract,
                  const std::vector<OutputKind>& kinds, const char* names) {
  const bool has_one = std::any_of(
      contract.outputs.begin(), contract.outputs.end(), [&](const OutputContract& output) {
        return std::find(kinds.begin(), kinds.end(), output.kind) != kinds.end();
      });
  if (!has_one)
    reader.fail("outputs",
                "of the role " + to_string(contract.role) + " need one of kind " + names);
}

/// A number of a pair, and nothing before it.
void check_similarity(const ContractReader& reader, const ModelContract& contract) {
  const auto used = first_used(contract);
  if (used->kind == OutputKind::similarity && used->size == 1) return;
  reader.fail("outputs", "has '" + used->name + "' of kind " + to_string(used->kind) +
                             " and size " + std::to_string(used->size) +
                             " first; of the role pair it must be a similarity of size 1 (those "
                             "before it: ignored)");
}

}  // namespace

std::string to_string(OutputKind kind) {
  for (const auto& [name, meaning] : kind_names) {
    if (meaning == kind) return name;
  }
  return "unknown";
}

std::vector<OutputContract> read_outputs(const ContractReader& reader) {
  const ContractJson& list = reader.at("outputs");
  if (!list.is_array() || list.empty())
    reader.fail("outputs", "is not a list with one entry per returned tensor");
  std::vector<OutputContract> outputs;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string field = "outputs[" + std::to_string(i) + "]";
    const ContractJson& entry = list[i];
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

void read_role(const ContractReader& reader, const ContractJson& root, ModelContract& contract) {
  if (contract.role == ModelRole::classifier) {
    require_kind(reader, contract,
                 {OutputKind::logit, OutputKind::probability, OutputKind::binary_logit,
                  OutputKind::sigmoids, OutputKind::sigmoid_logits},
                 "logit, probability, binary_logit, sigmoids or sigmoid_logits");
    read_classes(reader, root, contract);
    check_kinds_of_classes(reader, contract);
  }
  if (contract.role == ModelRole::embedding) {
    require_kind(reader, contract, {OutputKind::embedding}, "embedding");
    const auto used = first_used(contract);
    if (used->kind != OutputKind::embedding) {
      reader.fail("outputs",
                  "has '" + used->name + "' of kind " + to_string(used->kind) +
                      " before the embedding, and the first that is not `ignored` is used");
    }
  }
  if (contract.role == ModelRole::pair) {
    require_kind(reader, contract, {OutputKind::similarity}, "similarity");
    check_similarity(reader, contract);
  }
}

}  // namespace csm
