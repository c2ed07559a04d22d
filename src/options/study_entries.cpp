#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> study_entries(std::span<const MethodFacts> methods) {
  const std::string meaning =
      "methods whose maps are evaluated beside the run's own, by darkening the images where they "
      "are high, Eqs. (9) to (13)";
  const std::vector<std::string> valid =
      names_of(methods, [](const MethodFacts& facts) { return facts.kind != MethodKind::own; });

  return in_group(
      "Evaluating maps",
      {list(
           {"evaluate", identity, "NAME,...", meaning},
           [](auto& o) -> auto& { return o.study.evaluate; },
           [](const std::string& name) { return name; },
           [=](const GivenValue& given) { return valid[parse_choice(given, meaning, valid)]; }),
       list(
           {"evaluate-cms", identity, "[NAME=]FILE.h5,...",
            "result files whose map of the model is drawn on each image and evaluated too, NAME: "
            "what it is called in the tables; make them on other images, such as --half first"},
           [](auto& o) -> auto& { return o.study.evaluate_cms; }, named_file_text,
           parse_named_file),

       // How they are evaluated, Eqs. (9) to (13).
       on_off(
           {"evaluate-other-class", identity, "",
            "of files with a map of each class, evaluate the map of another class than the image's "
            "too, as a control"},
           [](auto& o) -> auto& { return o.study.evaluate_other_class; }),
       choice(
           {"evaluate-sign", identity, its_names,
            "positive: what is negative in a map counts as nothing; both: the map is stretched "
            "from its lowest value"},
           [](auto& o) -> auto& { return o.study.evaluate_sign; }),
       integer(
           {"curve-steps", identity, "N",
            "steps of the deletion and insertion curves of a map, 0: none"},
           [](auto& o) -> auto& { return o.study.curve_steps; }, 0, 1000),
       choice(
           {"imputation", identity, its_names,
            "what replaces the pixels that these curves take away, fill: that of occlusions "
            "where "
            "they are deleted, the blurred image where they are not yet inserted; neighbours: "
            "noisy weighted means of the pixels that are left, so that no colour or edge tells "
            "what is missing"},
           [](auto& o) -> auto& { return o.study.imputation; })});
}

}  // namespace csm
