#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

namespace {

/// The names of the methods of a kind: "gradient, smoothgrad".
std::string names_of_kind(std::span<const MethodFacts> methods, MethodKind kind) {
  std::vector<std::string> names;
  for (const MethodFacts& facts : methods) {
    if (facts.kind == kind) names.push_back(facts.name);
  }
  return join(names);
}

}  // namespace

std::vector<OptionEntry> explain_entries(std::span<const MethodFacts> methods) {
  const std::string layer_users = enumerate(
      names_of(methods, [](const MethodFacts& facts) { return facts.needs.layer; }), "and");

  return in_group("Method",
                  {name_of_list(
                       {"method", identity, "NAME",
                        "csm: occlusion at the mesh's vertices; baselines, whose map of each image "
                        "is sampled at the same vertices: " +
                            names_of_kind(methods, MethodKind::baseline) +
                            "; controls that know nothing of the network: " +
                            names_of_kind(methods, MethodKind::control)},
                       [](auto& o) -> auto& { return o.explain.method; },
                       names_of(methods, [](const MethodFacts&) { return true; })),

                   // Of the methods by gradients.
                   text(
                       {"cam-layer", identity, "NAME",
                        "layer of " + layer_users +
                            ", auto: the last feature map of a convolution, after its activation; "
                            "--plan names it"},
                       [](auto& o) -> auto& { return o.explain.cam_layer; }, "auto"),
                   integer(
                       {"noise-samples", identity, "N", "noisy copies of an image for smoothgrad"},
                       [](auto& o) -> auto& { return o.explain.noise_samples; }, 1, 100'000),
                   real(
                       {"noise-level", identity, "SHARE",
                        "standard deviation of the noise of smoothgrad, as a share of the range of "
                        "the input's values"},
                       [](auto& o) -> auto& { return o.explain.noise_level; }, 0, 10),
                   integer(
                       {"integration-steps", identity, "N",
                        "points on the way from the fill to the image, integrated_gradients"},
                       [](auto& o) -> auto& { return o.explain.integration_steps; }, 1, 100'000),

                   // Of the methods by occlusion.
                   integer(
                       {"masks", identity, "N", "random masks of an image for rise"},
                       [](auto& o) -> auto& { return o.explain.masks; }, 1, 10'000'000),
                   integer(
                       {"mask-grid", identity, "N",
                        "cells along a side of a mask of rise, before it is enlarged"},
                       [](auto& o) -> auto& { return o.explain.mask_grid; }, 1, 1024),
                   integer(
                       {"corr-rise-masks", identity, "N", "random masks of an image for corr_rise"},
                       [](auto& o) -> auto& { return o.explain.corr_rise_masks; }, 1, 10'000'000),
                   optional_integer(
                       {"window-step", identity, "auto|PX",
                        "step of the window of sliding_occlusion, whose side is patch-size [px], "
                        "auto: half of the side"},
                       [](auto& o) -> auto& { return o.explain.window_step; }, "auto", 1, 1024)});
}

}  // namespace csm
