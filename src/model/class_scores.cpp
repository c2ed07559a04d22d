#include "csm/model/class_scores.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "csm/core/sizes.h"
#include "csm/model/transfer.h"

namespace csm {
namespace {

/// A probability of 0 counts as this, so that its logarithm stays finite.
constexpr double least_probability = 1e-30;

/// ln p - ln(1 - p), float64. A float32 below 1 is at most 1 - 2^-24: 1 itself counts as half a
/// step closer, so that the result stays finite.
at::Tensor log_odds_of(const at::Tensor& probabilities) {
  const at::Tensor p = probabilities.to(at::kDouble).clamp(least_probability, 1 - 0x1p-25);
  return p.log() - (-p).log1p();
}

/// Whether one number tells two classes apart.
bool is_single_number(const OutputContract& output) {
  return output.kind == OutputKind::binary_logit ||
         (output.kind == OutputKind::probability && output.size == 1);
}

/// (B x n_classes) scores of one output, to be read by class_relation.
at::Tensor output_scores(const at::Tensor& values, const OutputContract& output) {
  if (is_single_number(output)) {
    const at::Tensor z = output.kind == OutputKind::probability ? log_odds_of(values) : values;
    return at::cat({-z, z}, 1);
  }
  switch (output.kind) {
    case OutputKind::probability:
      return values.clamp_min(least_probability).log();
    case OutputKind::sigmoids:
      return log_odds_of(values);
    case OutputKind::logit:
    case OutputKind::binary_logit:
    case OutputKind::sigmoid_logits:
    case OutputKind::embedding:
    case OutputKind::similarity:
    case OutputKind::box:
    case OutputKind::landmarks:
    case OutputKind::ignored:
      return values;
  }
  return values;
}

/// (B x n) logits of one output whose softmax are the probabilities of its entries, for heads.
at::Tensor exclusive_logits(const at::Tensor& values, const OutputContract& output) {
  const at::Tensor scores = output_scores(values, output);
  return is_single_number(output) ? scores / 2 : scores;
}

/// The used outputs on the CPU and flat; the places of the others stay empty.
std::vector<at::Tensor> on_host(const std::vector<at::Tensor>& outputs,
                                const std::vector<std::size_t>& used) {
  std::vector<at::Tensor> chosen;
  chosen.reserve(used.size());
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
  std::size_t used = 0;
  while (used < contract.outputs.size() && contract.outputs[used].kind == OutputKind::ignored)
    ++used;
  CSM_EXPECT(used < contract.outputs.size());
  return used;
}

}  // namespace

ClassRelation class_relation(const ModelContract& contract) {
  if (contract.role != ModelRole::classifier || !contract.heads.empty())
    return ClassRelation::exclusive;
  const OutputContract& output = contract.outputs[first_used_output(contract)];
  const bool is_independent = is_single_number(output) || output.kind == OutputKind::sigmoids ||
                              output.kind == OutputKind::sigmoid_logits;
  return is_independent ? ClassRelation::independent : ClassRelation::exclusive;
}

std::vector<std::size_t> used_outputs(const ModelContract& contract) {
  if (contract.heads.empty()) return {first_used_output(contract)};
  std::vector<std::size_t> used;
  for (const HeadContract& head : contract.heads) {
    const std::size_t index = head.output;
    if (std::find(used.begin(), used.end(), index) == used.end()) used.push_back(index);
  }
  return used;
}

at::Tensor score_tensor(const std::vector<at::Tensor>& outputs, const ModelContract& contract) {
  CSM_EXPECT(outputs.size() == contract.outputs.size());
  const std::vector<std::size_t> used = used_outputs(contract);
  const std::vector<at::Tensor> values = on_host(outputs, used);
  if (contract.heads.empty()) return output_scores(values[used[0]], contract.outputs[used[0]]);
  at::Tensor scores;
  for (const HeadContract& head : contract.heads) {
    const at::Tensor groups =
        group_logits(exclusive_logits(values[head.output], contract.outputs[head.output]), head);
    // The sum over heads of every combination of groups, row-major: the log-probability of
    // independent marginals.
    scores = scores.defined() ? (scores.unsqueeze(2) + groups.unsqueeze(1)).flatten(1) : groups;
  }
  return scores;
}

Grid<float> class_scores(const std::vector<at::Tensor>& outputs, const ModelContract& contract) {
  return to_grid(score_tensor(outputs, contract));
}

int n_scores(const ModelContract& contract) {
  if (contract.role == ModelRole::classifier) return int_size(contract.classes);
  return contract.outputs[first_used_output(contract)].size;
}

}  // namespace csm
