#include <algorithm>
#include <cstdio>

#include "csm/core/enum_names.h"
#include "csm/core/text.h"
#include "csm/occlusion/occlusion_options.h"
#include "describe_result.h"

namespace csm {
namespace {

constexpr std::size_t most_named_images = 5;

/// What the audits of all images say, each sorted.
struct Audits {
  std::vector<double> errors;
  std::vector<double> shares;  ///< error over the spread of the computed drops
  std::vector<double> biases;
  std::vector<double> spreads;
  std::vector<double> correlations;
};

Audits collect_audits(const std::vector<ImageRow>& images) {
  Audits audits;
  for (const ImageRow& row : images) {
    if (row.n_audited == 0) continue;
    audits.errors.push_back(row.audit_error);
    audits.biases.push_back(row.audit_bias);
    audits.spreads.push_back(row.audit_spread);
    audits.correlations.push_back(row.audit_correlation);
    if (row.audit_drop_spread > 0) audits.shares.push_back(row.audit_error / row.audit_drop_spread);
  }
  for (auto* values :
       {&audits.errors, &audits.shares, &audits.biases, &audits.spreads, &audits.correlations})
    std::sort(values->begin(), values->end());
  return audits;
}

double median(const std::vector<double>& sorted) {
  return sorted.empty() ? 0 : sorted[sorted.size() / 2];
}

/// The images that were computed in float32 instead, some of them by name.
std::string name_fallbacks(const std::vector<ImageRow>& images, const std::string& tolerance) {
  std::vector<std::string> names;
  for (const ImageRow& row : images) {
    if (row.n_fallbacks > 0) names.push_back(row.id);
  }
  if (names.empty()) return "No image was above --precision-tolerance " + tolerance + ".";
  const std::size_t n = names.size();
  names.resize(std::min(n, most_named_images));
  return std::to_string(n) + (n == 1 ? " image was" : " images were") +
         " above --precision-tolerance " + tolerance +
         " and computed in float32 instead: " + join(names) +
         (n > most_named_images ? ", ..." : "") + ".";
}

}  // namespace

std::string describe_interpolation(const std::vector<ImageRow>& images) {
  double n_patches = 0;
  double n_computed = 0;
  for (const ImageRow& row : images) {
    n_patches += static_cast<double>(row.n_patches);
    n_computed += static_cast<double>(row.n_computed);
  }
  const Audits audits = collect_audits(images);
  char text[256];
  if (audits.errors.empty()) {
    std::snprintf(text, sizeof(text),
                  "The adaptive engine computed %.0f %% of the patches; no error was measured.",
                  100 * n_computed / std::max(n_patches, 1.0));
  } else {
    std::snprintf(text, sizeof(text),
                  "The adaptive engine computed %.0f %% of the patches. Error of an interpolated "
                  "drop (root mean square "
                  "of an image): median %.2g, largest %.2g; correlation with the computed ones: "
                  "median %.2f, lowest %.2f.",
                  100 * n_computed / std::max(n_patches, 1.0), median(audits.errors),
                  audits.errors.back(), median(audits.correlations), audits.correlations.front());
  }
  return text;
}

std::string describe_precision(const std::vector<ImageRow>& images,
                               const OcclusionOptions& options) {
  const std::string precision(enum_name(options.precision));
  const Audits audits = collect_audits(images);
  if (audits.errors.empty())
    return "Drops were computed in " + precision + " by differences; no error was measured.";
  char text[384];
  std::snprintf(text, sizeof(text),
                "Drops were computed in %s by differences and checked in float32 on patches of "
                "each image. Error over "
                "the spread of the drops: median %.2g, largest %.2g; bias: median %.2g; spread of "
                "the error: median "
                "%.2g; correlation: median %.4f, lowest %.4f. ",
                precision.c_str(), median(audits.shares),
                audits.shares.empty() ? 0 : audits.shares.back(), median(audits.biases),
                median(audits.spreads), median(audits.correlations), audits.correlations.front());
  char tolerance[32];
  std::snprintf(tolerance, sizeof(tolerance), "%g", options.precision_tolerance);
  return text + name_fallbacks(images, tolerance);
}

}  // namespace csm
