#include "classification_section.h"

#include <algorithm>

#include "html_text.h"
#include "readable_text.h"

namespace csm {
namespace {

constexpr std::size_t most_classes_in_table = 16;

std::string percent(double share) { return readable_number(100 * share, 3) + " %"; }

std::string interval_text(const ShareInterval& share) {
  return percent(share.share) + " (" + percent(share.low) + " to " + percent(share.high) + ")";
}

}  // namespace

std::string accuracy_sentence(const Classification& counts) {
  if (counts.n_all_labelled == 0)
    return "No image has a label that names a class, so nothing tells whether the network is "
           "right.";
  std::string text = "Right for " + std::to_string(counts.n_right) + " of " +
                     std::to_string(counts.n_all_labelled) +
                     " images with a label: " + interval_text(counts.accuracy) + ", 95 % interval";
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

std::string classification_section(const Result& result) {
  const Classification& counts = result.classification;
  if (counts.empty()) return "";
  std::string html = "<h2>What the network says of these images</h2>\n<p>" +
                     escape_html(accuracy_sentence(counts) + " " + predicted_sentence(counts));
  if (counts.n_saturated > 0) {
    html += escape_html(" The " + result.confidence_name + " is saturated for " +
                        std::to_string(counts.n_saturated) + " of " +
                        std::to_string(counts.n_images) + " images.");
  }
  html += "</p>\n";
  if (counts.n_all_labelled == 0 || counts.classes.size() > most_classes_in_table) return html;
  std::vector<std::vector<std::string>> rows = {{"label \\ predicted"}};
  for (const std::string& name : counts.classes) rows[0].push_back(name);
  rows[0].emplace_back("right (95 % interval)");
  for (std::size_t label = 0; label < counts.classes.size(); ++label) {
    if (counts.n_labelled[label] == 0) continue;
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(counts.classes[label]);
    for (std::size_t predicted = 0; predicted < counts.classes.size(); ++predicted)
      row.push_back(
          std::to_string(counts.confusion(static_cast<int>(label), static_cast<int>(predicted))));
    row.push_back(interval_text(counts.accuracy_of_class[label]));
  }
  return html + table_element(rows, 1);
}

std::string warning_section(const Result& result) {
  if (result.warnings.empty()) return "";
  std::string html = "<ul class=\"warnings\" role=\"alert\">\n";
  for (const std::string& warning : result.warnings)
    html += "<li>" + escape_html(warning) + "</li>\n";
  return html + "</ul>\n";
}

}  // namespace csm
