#include "csm/model/check_outputs.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"
#include "output_facts.h"

namespace csm {
namespace {

constexpr int check_asking = 2000;  // apart from all askings for a map

/// The last operator of each output of the contract; unknown if the model does not tell.
std::vector<LastOperator> operators_of(const Network& network) {
  std::vector<LastOperator> operators = network.backend().last_operators();
  if (operators.size() != network.contract().outputs.size())
    operators.assign(network.contract().outputs.size(), LastOperator::unknown);
  return operators;
}

bool can_be_any_number(OutputKind kind) {
  return kind == OutputKind::logit || kind == OutputKind::binary_logit ||
         kind == OutputKind::sigmoid_logits || kind == OutputKind::embedding;
}

/// (n x size) values of each output for the images on which the network does not fail: if it does,
/// it fails again in the run, which says for which image.
std::vector<std::vector<float>> values_of_outputs(const Network& network,
                                                  std::span<const RgbImage> pictures) {
  const c10::InferenceMode inference;
  std::vector<std::vector<float>> values(network.contract().outputs.size());
  for (const RgbImage& picture : pictures) {
    const at::Tensor input =
        to_device(normalise_input(picture, network.contract().input), network.device());
    std::vector<at::Tensor> outputs;
    try {
      outputs = network.forward_again(input, check_asking);
    } catch (const RunError&) {
      continue;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const at::Tensor row = to_host({outputs[i]})[0];
      // A model that looks for the face itself found none.
      if (network.capabilities().may_lose_face && row.isnan().all().item<bool>()) continue;
      values[i].insert(values[i].end(), values_of(row).begin(), values_of(row).end());
    }
  }
  return values;
}

}  // namespace

bool needs_images(const Network& network) {
  const ModelContract& contract = network.contract();
  if (contract.role == ModelRole::pair) return false;  // a similarity may be any number
  const std::vector<LastOperator> operators = operators_of(network);
  const std::vector<std::size_t> used = used_outputs(contract);
  return std::any_of(used.begin(), used.end(), [&](std::size_t i) {
    return operators[i] != LastOperator::linear || !can_be_any_number(contract.outputs[i].kind);
  });
}

void check_outputs(const Network& network, std::span<const RgbImage> pictures) {
  const ModelContract& contract = network.contract();
  const std::vector<LastOperator> operators = operators_of(network);
  const std::vector<std::vector<float>> values = values_of_outputs(network, pictures);
  for (const std::size_t i : used_outputs(contract)) {
    const OutputContract& output = contract.outputs[i];
    if (values[i].empty() && !pictures.empty() && network.capabilities().may_lose_face) {
      throw InputError({"the model '" + network.path().string() + "' gives no numbers for any of " +
                            "the first " + std::to_string(pictures.size()) + " images (NaN)",
                        "to it none of them shows a face",
                        "Check `crop` and `input` of the contract, or mend the model."});
    }
    const OutputFacts facts = find_facts(values[i], output.size, operators[i]);
    const auto fault = find_kind_fault(output, facts);
    if (!fault) continue;
    throw InputError({"output '" + output.name + "' of the model '" + network.path().string() +
                          "' is of the kind " + to_string(output.kind) +
                          " by its contract, but its values on the first " +
                          std::to_string(facts.n_images) + " images are " + fault->what,
                      fault->harm, fault->advice});
  }
}

}  // namespace csm
