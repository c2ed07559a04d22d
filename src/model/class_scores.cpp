#include "csm/model/class_scores.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "csm/model/transfer.h"

namespace csm {
namespace {

/// (B x size) logits of one output.
at::Tensor output_logits(const at::Tensor& values, OutputKind kind) {
  switch (kind) {
    case OutputKind::probability:
      return values.clamp_min(1e-30).log();
    case OutputKind::binary_logit:
      return at::cat({at::zeros_like(values), values}, 1);
    default:
      return values;
  }
}

/// The used outputs on the CPU and flat; the places of the others stay empty.
std::vector<at::Tensor> on_host(const std::vector<at::Tensor>& outputs, const std::vector<std::size_t>& used) {
  std::vector<at::Tensor> chosen;
  for (const std::size_t index : used) chosen.push_back(outputs[index]);
  const std::vector<at::Tensor> flat = to_host(chosen);
  std::vector<at::Tensor> result(outputs.size());
  for (std::size_t i = 0; i < used.size(); ++i) result[used[i]] = flat[i];
  return result;
}

/// (B x n_groups) log-probabilities of one head's groups.
at::Tensor group_logits(const at::Tensor& logits, const HeadContract& head) {
  const at::Tensor log_probabilities = at::log_softmax(logits.to(at::kDouble), 1);
  std::vector<at::Tensor> columns;
  columns.reserve(head.groups.size());
  for (const std::vector<int>& group : head.groups) {
    const std::vector<std::int64_t> members(group.begin(), group.end());
    const at::Tensor index = at::tensor(members, at::kLong);
    columns.push_back(at::logsumexp(log_probabilities.index_select(1, index), 1));
  }
  return at::stack(columns, 1);
}

std::size_t first_used_output(const ModelContract& contract) {
  const auto used = std::find_if(contract.outputs.begin(), contract.outputs.end(),
                                 [](const OutputContract& output) { return output.kind != OutputKind::ignored; });
  CSM_EXPECT(used != contract.outputs.end());
  return static_cast<std::size_t>(used - contract.outputs.begin());
}

}  // namespace

std::vector<std::size_t> used_outputs(const ModelContract& contract) {
  if (contract.heads.empty()) return {first_used_output(contract)};
  std::vector<std::size_t> used;
  for (const HeadContract& head : contract.heads) {
    const auto index = static_cast<std::size_t>(head.output);
    if (std::find(used.begin(), used.end(), index) == used.end()) used.push_back(index);
  }
  return used;
}

at::Tensor score_tensor(const std::vector<at::Tensor>& outputs, const ModelContract& contract) {
  CSM_EXPECT(outputs.size() == contract.outputs.size());
  const std::vector<std::size_t> used = used_outputs(contract);
  const std::vector<at::Tensor> values = on_host(outputs, used);
  if (contract.heads.empty()) return output_logits(values[used[0]], contract.outputs[used[0]].kind);
  at::Tensor scores;
  for (const HeadContract& head : contract.heads) {
    const auto index = static_cast<std::size_t>(head.output);
    const at::Tensor groups = group_logits(output_logits(values[index], contract.outputs[index].kind), head);
    // The sum over heads of every combination of groups, row-major: the log-probability of independent marginals.
    scores = scores.defined() ? (scores.unsqueeze(2) + groups.unsqueeze(1)).flatten(1) : groups;
  }
  return scores;
}

Grid<float> class_scores(const std::vector<at::Tensor>& outputs, const ModelContract& contract) {
  const at::Tensor scores = score_tensor(outputs, contract).to(at::kFloat).contiguous();
  Grid<float> result(static_cast<int>(scores.size(0)), static_cast<int>(scores.size(1)));
  std::memcpy(result.values().data(), scores.const_data_ptr<float>(), result.size() * sizeof(float));
  return result;
}

int n_scores(const ModelContract& contract) {
  if (contract.role == ModelRole::classifier) return static_cast<int>(contract.classes.size());
  return contract.outputs[first_used_output(contract)].size;
}

}  // namespace csm
