#include "csm/inference/describe_findings.h"
#include "csm/run/test_result.h"

namespace csm {
namespace {

std::string lines(const std::vector<std::string>& texts, const std::string& before = "") {
  std::string all;
  for (const std::string& text : texts) all += before + text + "\n";
  return all;
}

}  // namespace

std::string inference_text(const Inference& inference) {
  std::string text;
  if (inference.intervals) text += lines(inference.intervals->sentences);
  for (const ColumnFindings& column : inference.findings) {
    text += column.column + "\n" + lines(column.sentences, "  ") +
            lines(describe_surer_groups(column, inference.confidence), "  ");
    for (const PairFinding& pair : column.pairs)
      text += lines(pair.remarks, "  note: '" + pair.first + "' and '" + pair.second + "': ");
    text += lines(column.remarks, "  note: ");
  }
  if (inference.clusters) text += lines(inference.clusters->sentences);
  return text;
}

}  // namespace csm
