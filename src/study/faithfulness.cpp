#include "csm/study/faithfulness.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "bootstrap.h"
#include "csm/core/error.h"
#include "trapezoid.h"
#include "verification_accuracy.h"

namespace csm {
namespace {

/// The values of one image, one per map; none if the measure is not defined on it.
using ValuesOfImage = std::function<std::vector<double>(const ImageFaithfulness&)>;

/// A measure before it is computed.
struct MeasureRule {
  FaithfulnessMeasure measure;
  ValuesOfImage values;
};

/// One kind of confidence of all maps of an image.
std::vector<double> column(const std::vector<double>& values, std::size_t n_kinds,
                           std::size_t kind) {
  std::vector<double> result;
  for (std::size_t i = kind; i < values.size(); i += n_kinds) result.push_back(values[i]);
  return result;
}

std::vector<double> drops(double original, std::vector<double> altered) {
  if (original <= 0) return {};
  for (double& value : altered) value = drop_percent(original, value);
  return altered;
}

/// Log odds and the confidence of pairs have no zero that means "nothing", so what is lost is
/// counted in their own unit.
std::vector<double> losses(double original, std::vector<double> altered) {
  for (double& value : altered) value = std::max(0.0, original - value);
  return altered;
}

std::vector<double> increases(double original, std::vector<double> altered) {
  for (double& value : altered) value = value > original ? 100 : 0;
  return altered;
}

std::vector<double> percent(std::vector<double> shares) {
  for (double& share : shares) share *= 100;
  return shares;
}

std::vector<double> unless_nan(const std::vector<double>& values) {
  return values.empty() || std::isnan(values.front()) ? std::vector<double>() : values;
}

MeasureRule rule(std::string name, std::string confidence, std::string unit, std::string meaning,
                 Better better, ValuesOfImage values) {
  FaithfulnessMeasure measure;
  measure.name = std::move(name);
  measure.confidence = std::move(confidence);
  measure.unit = std::move(unit);
  measure.meaning = std::move(meaning);
  measure.better = better;
  return {std::move(measure), std::move(values)};
}

/// The measures that every kind of confidence has. @param index of the kind
void add_confidence_rules(const std::string& kind, std::size_t index, std::size_t n_kinds,
                          std::vector<MeasureRule>& rules) {
  const auto add_in = [&](const char* unit, const char* name, const char* meaning, Better better,
                          auto values_of) {
    rules.push_back(rule(name, kind, unit, meaning, better, [=](const ImageFaithfulness& image) {
      return values_of(image.original[index], column(image.darkened, n_kinds, index),
                       column(image.kept, n_kinds, index));
    }));
  };
  const auto add = [&](auto... arguments) { add_in("%", arguments...); };
  const bool has_percent = kind != "log_odds" && kind != "verification";
  const auto lost = has_percent ? drops : losses;
  const char* unit = has_percent ? "%" : kind == "log_odds" ? "log odds" : "1";
  using Values = const std::vector<double>&;
  add_in(unit, "average_drop", "confidence lost where the map darkens the image, Eq. (11)",
         Better::higher,
         [=](double original, Values darkened, Values) { return lost(original, darkened); });
  add("increase", "images whose confidence rises when darkened, Eq. (12)", Better::lower,
      [](double original, Values darkened, Values) { return increases(original, darkened); });
  add("win", "images on which the map takes most confidence, Eq. (13)", Better::higher,
      [](double, Values darkened, Values) { return win_percent(darkened); });
  add_in(unit, "kept_average_drop", "confidence lost where only what the map marks is kept",
         Better::lower, [=](double original, Values, Values kept) { return lost(original, kept); });
  add("kept_increase", "images whose confidence rises when only that is kept", Better::higher,
      [](double original, Values, Values kept) { return increases(original, kept); });
}

/// The measures of pairs, at one threshold for all of them.
void add_verification_rules(const std::string& kind, double threshold,
                            std::vector<MeasureRule>& rules) {
  const auto add = [&](const char* name, const char* meaning, Better better,
                       std::vector<double> ImageFaithfulness::*curves) {
    rules.push_back(rule(name, kind, "%", meaning, better, [=](const ImageFaithfulness& pair) {
      return percent(areas_under(right_answers(pair, pair.*curves, threshold), pair.n_maps()));
    }));
  };
  add("deletion_accuracy", "pairs answered rightly while pixels are deleted, mean over the shares",
      Better::lower, &ImageFaithfulness::deletion_similarity);
  add("insertion_accuracy", "pairs answered rightly while pixels are inserted, likewise",
      Better::higher, &ImageFaithfulness::insertion_similarity);
}

std::vector<MeasureRule> make_rules(const std::vector<std::string>& confidences,
                                    const VerificationCurves& verification) {
  using Image = const ImageFaithfulness&;
  std::vector<MeasureRule> rules;
  for (std::size_t kind = 0; kind < confidences.size(); ++kind)
    add_confidence_rules(confidences[kind], kind, confidences.size(), rules);
  const std::string& main = confidences.front();
  rules.push_back(rule("deletion_area", main, "1", "area under the deletion curve", Better::lower,
                       [](Image image) { return unless_nan(image.deletion_area); }));
  rules.push_back(rule("insertion_area", main, "1", "area under the insertion curve",
                       Better::higher,
                       [](Image image) { return unless_nan(image.insertion_area); }));
  if (!verification.empty()) add_verification_rules(main, verification.threshold, rules);
  rules.push_back(rule("face_share", "", "%", "positive saliency that lies on the face",
                       Better::neither, [](Image image) { return percent(image.face_share); }));
  rules.push_back(rule("clipped_share", "", "%",
                       "of the darkening that Eq. (10) asks for and black ends", Better::neither,
                       [](Image image) { return percent(image.clipped_share); }));
  return rules;
}

}  // namespace

double drop_percent(double original, double altered) {
  CSM_EXPECT(original > 0);
  return 100 * std::max(0.0, original - altered) / original;
}

std::vector<double> win_percent(std::span<const double> darkened) {
  std::vector<double> result(darkened.size(), 0.0);
  if (darkened.empty()) return result;
  const double lowest = *std::min_element(darkened.begin(), darkened.end());
  const auto n_winners = static_cast<double>(std::count(darkened.begin(), darkened.end(), lowest));
  for (std::size_t m = 0; m < darkened.size(); ++m) {
    if (darkened[m] == lowest) result[m] = 100 / n_winners;
  }
  return result;
}

Faithfulness summarise_faithfulness(std::span<const ImageFaithfulness* const> images,
                                    std::vector<std::string> maps,
                                    std::vector<std::string> confidences, std::uint64_t seed,
                                    int n_resamples) {
  Faithfulness result;
  if (images.empty()) return result;
  result.verification = summarise_verification(images);
  for (auto& [measure, values_of] : make_rules(confidences, result.verification)) {
    std::vector<double> values;
    for (const ImageFaithfulness* image : images) {
      const std::vector<double> row = values_of(*image);
      CSM_EXPECT(row.empty() || row.size() == maps.size());
      values.insert(values.end(), row.begin(), row.end());
    }
    if (values.empty()) continue;
    measure.n_images = static_cast<std::int64_t>(values.size() / maps.size());
    const Bootstrap bootstrap(values, maps.size(), seed, n_resamples);
    for (std::size_t a = 0; a < maps.size(); ++a) {
      measure.of_map.push_back(bootstrap.mean(a));
      for (std::size_t b = 0; b < maps.size(); ++b)
        measure.differences.push_back(bootstrap.difference(a, b));
    }
    result.measures.push_back(std::move(measure));
  }
  result.maps = std::move(maps);
  result.confidences = std::move(confidences);
  return result;
}

}  // namespace csm
