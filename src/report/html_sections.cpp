#include "html_sections.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "canvas.h"
#include "csm/explain/method_facts.h"
#include "csm/store/group_difference.h"
#include "csm/store/rank_summary.h"
#include "html_text.h"
#include "readable_text.h"
#include "report_pictures.h"
#include "requests_sentence.h"

namespace csm {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string strongest_regions_sentence(const Result& result) {
  const std::vector<RegionSummary> regions = strongest_regions(result);
  if (regions.size() < 2)
    return "Over " + std::to_string(result.n_images) + " images no region stands out.";
  return "Over " + std::to_string(result.n_images) + " images the strongest region is the " +
         readable_name(regions[0].name) + " (" +
         number_with_error(regions[0].mean, regions[0].standard_error) + "), then the " +
         readable_name(regions[1].name) + " (" +
         number_with_error(regions[1].mean, regions[1].standard_error) +
         "); left and right are the subject's own.";
}

std::string trust_sentence(const Result& result) {
  const std::vector<double>& halves = result.convergence.pearson_of_halves;
  if (halves.empty() || !std::isfinite(halves.back())) {
    return "There are too few images to say how far the map would change with others.";
  }
  const double agreement = halves.back();
  const std::string conclusion =
      agreement > 0.9   ? "the map is settled"
      : agreement > 0.6 ? "its main features will stay, details may change with other images"
                        : "more images are needed before it is relied on";
  return "Two halves of the images, drawn at random, give maps that agree with r = " +
         readable_number(agreement, 2) + ": " + conclusion + ".";
}

void append_texts(Rows& rows, const std::vector<std::pair<std::string, std::string>>& texts) {
  for (const auto& [name, value] : texts) rows.push_back({name, value});
}

/// The image's own map on its face, and the model's map on the input.
std::string example_images(const ExampleImage& example, const ColourScale& cms_scale) {
  std::string html = "<div class=\"pair\">";
  if (!example.cis.empty() && !example.face.values.empty()) {
    const Grid<std::int64_t> everywhere(example.cis.height(), example.cis.width(), 1);
    ColourScale scale = choose_colour_scale(example.cis, everywhere);
    scale.diverging = scale.diverging || cms_scale.diverging;
    if (scale.diverging) scale.lowest = -scale.highest;
    html += png_element(png_bytes(overlay_map(example.cis, everywhere, example.face, scale)),
                        "map of " + example.row.id);
  }
  if (!example.reprojected.values.empty())
    html += png_element(png_bytes(example.reprojected), "model's map on " + example.row.id);
  return html + "</div>";
}

/// The image's name, classes, confidence and the ends of its map.
std::string example_caption(const ExampleImage& example, const Result& result) {
  const ImageRow& row = example.row;
  std::string html = "<figcaption><b>" + escape_html(row.id) + "</b><br>";
  if (!row.label.empty()) html += "label " + escape_html(row.label) + ", ";
  if (!row.predicted.empty()) html += "predicted " + escape_html(row.predicted) + ", ";
  return html + escape_html(result.confidence_name) + " " + readable_number(row.confidence) +
         "<br>" + (result.method == own_method ? "largest drop " : "largest value ") +
         readable_number(row.max_drop) + ", smallest " + readable_number(row.min_drop) +
         "</figcaption>";
}

}  // namespace

std::string meaning_section(const Result& result) {
  const bool is_signed = choose_colour_scale(result.cms.mean, result.cms.count).diverging;
  const std::string& high = result.words.high;
  const std::string colours =
      is_signed ? "Red marks " + high + "; blue, " + result.words.low + "."
                : "Bright colours mark " + high + "; the plain face shows the rest.";
  std::string html = "<p>" +
                     escape_html(colours + " " + strongest_regions_sentence(result) + " " +
                                 trust_sentence(result)) +
                     "</p>\n";
  if (!result.remarks.empty()) {
    html += "<ul class=\"remarks\">\n";
    for (const std::string& remark : result.remarks)
      html += "<li>" + escape_html(remark) + "</li>\n";
    html += "</ul>\n";
  }
  return html;
}

std::string region_section(const Result& result) {
  Rows rows = {{"region (subject's own side)", "mean ± standard error",
                "share of positive saliency", "pixels"}};
  for (const RegionSummary& region : strongest_regions(result)) {
    rows.push_back(
        {readable_name(region.name), number_with_error(region.mean, region.standard_error),
         readable_number(100 * region.share, 3) + " %", std::to_string(region.n_pixels)});
  }
  return table_element(rows, 1);
}

std::string convergence_section(const Result& result) {
  const Convergence& c = result.convergence;
  Rows rows = {{"images", "forwards", "root mean square difference", "Pearson", "Spearman",
                "structural similarity", "Pearson of two halves"}};
  for (std::size_t i = 0; i < c.image_count.size(); ++i) {
    const auto cell = [i](const std::vector<double>& values) {
      return i < values.size() ? readable_number(values[i]) : std::string();
    };
    rows.push_back({std::to_string(c.image_count[i]),
                    i < c.forwards.size() ? std::to_string(c.forwards[i]) : "",
                    cell(c.rmse_to_final), cell(c.pearson_to_final), cell(c.spearman_to_final),
                    cell(c.ssim_to_final), cell(c.pearson_of_halves)});
  }
  return table_element(rows, 0);
}

std::string group_section(const Result& result) {
  if (result.groups.empty()) return "";
  Rows rows = {{"group by " + result.group_by, "images", "largest value", "smallest value"}};
  for (const GroupMap& group : result.groups) {
    const auto& values = group.map.mean.values();
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    rows.push_back({group.name, std::to_string(group.map.n_images),
                    values.empty() ? "" : readable_number(*highest),
                    values.empty() ? "" : readable_number(*lowest)});
  }
  std::string html = "<h2>Groups</h2>\n" + table_element(rows, 1);
  if (result.groups.size() != 2) return html;
  const ShareApart apart = share_apart(result.groups[0].map, result.groups[1].map, 3);
  return html +
         "<p>The picture above shows both maps, their difference and the difference in standard "
         "errors. On " +
         readable_number(100 * apart.found, 2) +
         " % of the face it exceeds three standard errors; if the groups did " +
         "not differ at all, chance alone would give " + readable_number(100 * apart.by_chance, 2) +
         " % on average, and since neighbouring places go together it comes in patches: most "
         "random splits of the " +
         "same images show such a patch somewhere. So this is not a test, and a coloured patch is "
         "not "
         "a finding by itself; " +
         "repeat it on other images before it is relied on.</p>\n";
}

std::string example_section(const Result& result, const std::vector<ExampleImage>& examples) {
  if (examples.empty()) return "";
  const ColourScale cms_scale = choose_colour_scale(result.cms.mean, result.cms.count);
  std::string html =
      "<h2>Single images</h2>\n<p>Each face with its own map, warped to the canonical face; beside "
      "it "
      "the model's map drawn back on the photograph that the network saw.</p>\n<div "
      "class=\"examples\">\n";
  for (const ExampleImage& example : examples)
    html += "<figure>" + example_images(example, cms_scale) + example_caption(example, result) +
            "</figure>\n";
  return html + "</div>\n";
}

std::string failure_section(const Result& result) {
  if (result.n_failed == 0) return "<h2>Images left out</h2>\n<p>None.</p>\n";
  Rows rows = {{"reason", "images"}};
  for (const auto& [reason, number] : result.failures)
    rows.push_back({reason, std::to_string(number)});
  Rows first = {{"image", "message"}};
  for (const ImageRow& row : result.images) {
    if (row.status != "ok" && first.size() <= 20) first.push_back({row.id, row.detail});
  }
  return "<h2>Images left out</h2>\n<p>" + std::to_string(result.n_failed) + " of " +
         std::to_string(result.n_images + result.n_failed) + " images could not be used.</p>\n" +
         table_element(rows, 1) + "<details><summary>The first " +
         std::to_string(first.size() - 1) + " of them</summary>\n" + table_element(first, 2) +
         "</details>\n";
}

std::string ranks_section(const Result& result) {
  if (result.ranks.empty()) return "";
  const RankSummary summary = summarise_ranks(result.ranks);
  Rows rows = {{"phase", "mean [s]", "largest [s]", "of rank"}};
  for (const PhaseSummary& phase : summary.phases) {
    if (phase.largest_seconds <= 0) continue;
    rows.push_back({phase.phase, readable_number(phase.mean_seconds),
                    readable_number(phase.largest_seconds), std::to_string(phase.slowest_rank)});
  }
  return "<h3>Ranks</h3>\n<p>Imbalance " + readable_number(summary.imbalance) +
         " (largest busy time / mean busy time), parallel efficiency " +
         readable_number(summary.parallel_efficiency) + " (mean busy time / " +
         readable_number(summary.loop_seconds) +
         " s of the loop). A rank is busy while it does not wait for the next image or the other "
         "ranks.</p>\n" +
         table_element(rows, 1);
}

std::string record_section(const Result& result) {
  Rows settings = {{"option", "value"}};
  for (const RecordedOption& option : result.options)
    settings.push_back({option.name, option.value});
  Rows versions = {{"program", "version"}};
  append_texts(versions, result.versions);
  Rows inputs = {{"input", "path, hash, source, licence"}};
  append_texts(inputs, result.inputs);
  const std::string requests = requests_sentence(result.requests);
  return "<h2>Record</h2>\n<p><code>" + escape_html(result.command) + "</code><br>" +
         escape_html(result.start_time) + " to " + escape_html(result.end_time) + ", " +
         std::to_string(result.n_ranks) + (result.n_ranks == 1 ? " rank" : " ranks") + ", seed " +
         std::to_string(result.seed) + (requests.empty() ? "" : "<br>" + escape_html(requests)) +
         "</p>\n<h3>Inputs and licences</h3>\n" + table_element(inputs, 2) + "<h3>Versions</h3>\n" +
         table_element(versions, 2) + ranks_section(result) +
         "<details><summary>All settings</summary>\n" + table_element(settings, 2) +
         "</details>\n<h2>How to cite</h2>\n<p>T. A. John, V. N. Balasubramanian, C. V. Jawahar: "
         "Canonical Saliency "
         "Maps: "
         "Decoding Deep Face Models. IEEE Transactions on Biometrics, Behavior, and Identity "
         "Science 3(4), 561-572, "
         "2021; arXiv 2105.01386. Cite the networks and the photographs by the sources "
         "above.</p>\n";
}

}  // namespace csm
