#include <cstddef>

#include "canvas.h"
#include "faithfulness_table.h"
#include "html_sections.h"
#include "html_text.h"
#include "name_words.h"
#include "report_pictures.h"

namespace csm {
namespace {

/// A map over its photo, in its own scale.
std::string map_figure(const ExampleImage& example, const ExampleMap& map) {
  const Grid<std::int64_t> everywhere(map.map.height(), map.map.width(), 1);
  const RgbImage overlay = overlay_map(map.map, everywhere, example.photo, choose_colour_scale(map.map, everywhere));
  const std::string words = name_words(map.name);
  return "<figure><div class=\"pair\">" + png_element(png_bytes(overlay), words + " of " + example.row.id) +
         png_element(png_bytes(map.darkened), "darkened by " + words) + "</div><figcaption>" + escape_html(words) +
         "</figcaption></figure>\n";
}

std::string maps_of_examples(const std::vector<ExampleImage>& examples) {
  std::string html;
  for (const ExampleImage& example : examples) {
    if (example.maps.empty()) continue;
    html += "<p><b>" + escape_html(example.row.id) + "</b></p>\n<div class=\"maps\">\n";
    for (const ExampleMap& map : example.maps) html += map_figure(example, map);
    html += "</div>\n";
  }
  if (html.empty()) return "";
  return "<h3>The maps of single images</h3>\n<p>Each map over the photograph that the network saw, in a scale of its "
         "own; beside it the photograph darkened where the map is high, by the same amount for all.</p>\n" +
         html;
}

}  // namespace

std::string faithfulness_section(const Result& result, const std::vector<ExampleImage>& examples) {
  const Faithfulness& faithfulness = result.faithfulness;
  if (faithfulness.empty()) return "";
  std::string html =
      "<h2>Which map tells what the network uses</h2>\n<p>Each image is darkened where a map is high, by the same "
      "amount for all maps (Eqs. 9 and 10); the more confidence that takes, the better the map. The controls random "
      "and centre gaussian know nothing of the network. Intervals of 95 % by the bootstrap over images.</p>\n";
  for (const std::string& confidence : faithfulness.confidences) {
    html += "<h3>In the " + escape_html(confidence) + "</h3>\n<p>" +
            escape_html(best_map_sentence(faithfulness, confidence)) + "</p>\n" +
            table_element(faithfulness_table(faithfulness, confidence), 1);
  }
  return html + maps_of_examples(examples);
}

}  // namespace csm
