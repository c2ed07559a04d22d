#include "ignored_options.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "csm/core/error.h"
#include "csm/model/confidence.h"

namespace csm {
namespace {

/// When an option counts, and what to say if it does not.
struct Use {
  std::vector<std::string_view> names;
  std::function<bool(const Options&)> counts;
  std::string_view purpose;
};

bool uses_method(const Options& options, std::string_view name) {
  const std::vector<std::string>& evaluated = options.study.evaluate;
  return options.explain.method == name ||
         std::find(evaluated.begin(), evaluated.end(), name) != evaluated.end();
}

/// The use of an option that one method reads.
Use of_method(std::vector<std::string_view> names, std::string_view method,
              std::string_view purpose) {
  return {std::move(names), [method](const Options& o) { return uses_method(o, method); }, purpose};
}

const std::vector<Use>& all_uses() {
  static const std::vector<Use> uses = {
      // Methods.
      of_method({"noise-samples", "noise-level"}, "smoothgrad", "it is for --method smoothgrad"),
      of_method({"integration-steps"}, "integrated_gradients",
                "it is for --method integrated_gradients"),
      of_method({"masks", "mask-grid"}, "rise", "it is for --method rise"),
      of_method({"corr-rise-masks"}, "corr_rise", "it is for --method corr_rise"),
      of_method({"window-step"}, "sliding_occlusion", "it is for --method sliding_occlusion"),
      {{"evaluate-sign", "curve-steps", "imputation"},
       [](const Options& o) { return is_evaluated(o.study); },
       "no map is evaluated without --evaluate or --evaluate-cms"},

      // The model and its engine.
      {{"adaptive-share"},
       [](const Options& o) { return o.occlusion.engine == Engine::adaptive; },
       "it is for --engine adaptive"},
      {{"precision-tolerance"},
       [](const Options& o) { return o.occlusion.precision != Precision::float32; },
       "it is for --precision bfloat16"},
      {{"model-timeout", "requests-in-flight", "answers", "max-requests", "requests-per-second",
        "price-per-1000"},
       [](const Options& o) { return place_of_model(o.model.model.string()) != ModelPlace::file; },
       "the model is a file, and nothing is sent"},
      {{"target", "label-numbers"},
       [](const Options& o) { return is_class_confidence(o.model.confidence); },
       "the confidence is not that of a class"},

      // Tests.
      {{"exchange-by", "permute-within"},
       [](const Options& o) { return o.inference.permutations > 0; },
       "with --permutations 0 nothing is tested"},
      {{"permute-within"},
       [](const Options& o) { return group_column(o) != "none"; },
       "with --group-by none no groups are compared"}};
  return uses;
}

}  // namespace

std::vector<std::string> describe_ignored(std::span<const RecordedOption> given,
                                          const Options& options) {
  const std::vector<RecordedOption> defaults = describe_options(Options{});
  std::vector<std::string> sentences;
  for (const Use& use : all_uses()) {
    if (use.counts(options)) continue;
    for (const RecordedOption& one : given) {
      const bool is_of_use =
          std::find(use.names.begin(), use.names.end(), one.name) != use.names.end();
      const bool is_default =
          std::any_of(defaults.begin(), defaults.end(), [&](const RecordedOption& other) {
            return other.name == one.name && other.value == one.value;
          });
      if (!is_of_use || is_default) continue;
      sentences.push_back("--" + one.name + " is '" + one.value +
                          "', which changes nothing here: " + std::string(use.purpose) + ".");
    }
  }
  return sentences;
}

void require_no_strata_of_pairs(const InferenceOptions& options) {
  if (options.pair_by.empty() || options.permute_within.empty()) return;
  throw InputError(
      {"--permute-within is '" + options.permute_within + "' with --pair-by " + options.pair_by,
       "the two values are exchanged within each person, and persons are not exchanged",
       "Remove one of them."});
}

}  // namespace csm
