#include "classification_sentences.h"

#include "readable_text.h"

namespace csm {
namespace {

std::string percent(double share) { return readable_number(100 * share, 3) + " %"; }

std::string interval_text(const ShareInterval& share) {
  return percent(share.share) + " (" + percent(share.low) + " to " + percent(share.high) + ")";
}

}  // namespace

std::string accuracy_sentence(const Classification& counts) {
  if (counts.n_all_labelled == 0)
    return "No image has a label that names a class, so nothing tells whether the network is "
           "right.";
  const std::string of_persons = counts.n_persons > 0 && counts.n_persons < counts.n_all_labelled
                                     ? " of " + std::to_string(counts.n_persons) + " persons"
                                     : "";
  std::string text = "Right for " + std::to_string(counts.n_right) + " of " +
                     std::to_string(counts.n_all_labelled) + " images" + of_persons +
                     " with a label: " + interval_text(counts.accuracy) + ", 95 % interval";
  std::string of_classes;
  for (std::size_t i = 0; i < counts.classes.size(); ++i) {
    if (counts.n_labelled[i] == 0 || counts.n_labelled[i] == counts.n_all_labelled) continue;
    const int index = static_cast<int>(i);
    of_classes += (of_classes.empty() ? "; " : ", ") + counts.classes[i] + " " +
                  std::to_string(counts.confusion(index, index)) + " of " +
                  std::to_string(counts.n_labelled[i]);
  }
  return text + of_classes + ".";
}

std::string predicted_sentence(const Classification& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.classes.size(); ++i) {
    if (counts.n_predicted[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + counts.classes[i] + " " +
            std::to_string(counts.n_predicted[i]);
  }
  return "Predicted: " + text + ".";
}

}  // namespace csm
