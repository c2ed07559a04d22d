#include <cstddef>

#include "canvas.h"
#include "csm/saliency/similarity.h"
#include "faithfulness_table.h"
#include "html_sections.h"
#include "html_text.h"
#include "readable_text.h"
#include "report_pictures.h"

namespace csm {
namespace {

/// A map over its photo, in its own scale.
std::string map_figure(const ExampleImage& example, const ExampleMap& map) {
  const Grid<std::int64_t> everywhere(map.map.height(), map.map.width(), 1);
  const RgbImage overlay =
      overlay_map(map.map, everywhere, example.photo, choose_colour_scale(map.map, everywhere));
  const std::string words = readable_name(map.name);
  return "<figure><div class=\"pair\">" +
         png_element(png_bytes(overlay), words + " of " + example.row.id) +
         png_element(png_bytes(map.darkened), "darkened by " + words) + "</div><figcaption>" +
         escape_html(words) + "</figcaption></figure>\n";
}

/// Pearson correlation over the pixels that both maps cover.
double correlation(const CanonicalMap& a, const CanonicalMap& b) {
  Grid<unsigned char> covered(a.mean.height(), a.mean.width());
  for (std::int64_t q = 0; q < covered.size(); ++q)
    covered.values()[q] = a.count.values()[q] > 0 && b.count.values()[q] > 0 ? 1 : 0;
  return pearson_correlation(a.mean, b.mean, covered);
}

std::string model_figure(const std::string& name, const CanonicalMap& map, const RgbImage& face,
                         const std::string& caption) {
  const RgbImage overlay =
      overlay_map(map.mean, map.count, face, choose_colour_scale(map.mean, map.count));
  return "<figure>" + png_element(png_bytes(overlay), "model's map by " + name) + "<figcaption>" +
         escape_html(caption) + "</figcaption></figure>\n";
}

/// The CMS of the run and of each method, of the same images.
std::string maps_of_model(const Result& result) {
  if (result.methods.empty()) return "";
  const RgbImage face = face_to_paint_on(result);
  const std::string own = readable_name(result.faithfulness.maps.front());
  std::string html = "<h3>The maps of the model</h3>\n<p>Each method's maps of the same " +
                     std::to_string(result.n_images) +
                     " images, sampled at the vertices and averaged on the canonical face, in a "
                     "scale of its own; r is the "
                     "correlation with the run's own map. Red and blue where a map has both "
                     "signs.</p>\n<div class=\"maps\">\n";
  html += model_figure(own, result.cms, face, "this run's own (" + own + ")");
  for (const MethodMap& method : result.methods) {
    const std::string words = readable_name(method.name);
    html +=
        model_figure(words, method.map, face,
                     words + ", r = " + readable_number(correlation(method.map, result.cms), 2));
  }
  return html + "</div>\n";
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
  return "<h3>The maps of single images</h3>\n<p>Each map over the photograph that the network "
         "saw, in a scale of its "
         "own; beside it the photograph darkened where the map is high, by the same amount for "
         "all.</p>\n" +
         html;
}

}  // namespace

std::string faithfulness_section(const Result& result, const std::vector<ExampleImage>& examples) {
  const Faithfulness& faithfulness = result.faithfulness;
  if (faithfulness.empty()) return "";
  std::string html =
      "<h2>Which map tells what the network uses</h2>\n<p>Each image is darkened where a map is "
      "high, by the same "
      "amount for all maps (Eqs. 9 and 10); the more confidence that takes, the better the map. "
      "The controls random "
      "and centre gaussian know nothing of the network. Intervals of 95 % by the bootstrap over "
      "images.</p>\n";
  for (const std::string& confidence : faithfulness.confidences) {
    html += "<h3>In the " + escape_html(confidence) + "</h3>\n<p>" +
            escape_html(best_map_sentence(faithfulness, confidence)) + "</p>\n" +
            table_element(faithfulness_table(faithfulness, confidence), 1);
  }
  return html + maps_of_model(result) + maps_of_examples(examples);
}

}  // namespace csm
