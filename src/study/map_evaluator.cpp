#include "csm/study/map_evaluator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "altered_images.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/study/explanation_mask.h"
#include "csm/study/study_options.h"
#include "impute.h"
#include "trapezoid.h"

namespace csm {
namespace {

/// (1 x 1 x H x W)
at::Tensor to_tensor(const Grid<float>& grid) {
  at::Tensor tensor = at::empty({1, 1, grid.height(), grid.width()}, at::kFloat);
  std::memcpy(tensor.mutable_data_ptr<float>(), grid.values().data(), grid.size() * sizeof(float));
  return tensor;
}

/// The images that altered images are mixed of, (1 x 3 x H x W), normalised.
struct Grounds {
  at::Tensor image;
  at::Tensor black;
  at::Tensor deleted;
  at::Tensor blurred;
};

/// Where the images altered by one map are among all; of the curves those between their ends, which
/// are the same for all maps.
struct MapRows {
  std::size_t darkened = 0;
  std::size_t kept = 0;
  std::vector<std::size_t> deletion;
  std::vector<std::size_t> insertion;
};

/// The rows of the ends of the curves.
struct CurveEnds {
  std::size_t all_deleted = 0;
  std::size_t none_inserted = 0;
};

/// `inside` on the first n pixels of the order, 1 - `inside` on the others.
Grid<float> first_pixels(const std::vector<int>& order, std::size_t n, const Grid<float>& shape,
                         float inside) {
  Grid<float> weight(shape.height(), shape.width(), 1 - inside);
  for (std::size_t i = 0; i < n; ++i) weight[order[i]] = inside;
  return weight;
}

Grounds make_grounds(const RgbImage& picture, const InputContract& input,
                     const OcclusionOptions& occlusion, std::uint64_t seed) {
  const at::Tensor image = normalise_input(picture, input);
  const auto filled = [&](const Fill& fill) {
    return fill_image(fill, image, input, occlusion.patch_size, seed);
  };
  return {.image = image,
          .black = filled({.kind = FillKind::zero, .colour = {}}),
          .deleted = filled(occlusion.fill),
          .blurred = filled({.kind = FillKind::blur, .colour = {}})};
}

/// The image of which only what is known is left.
at::Tensor imputed(const Grounds& grounds, const Grid<float>& known, std::uint64_t seed) {
  return impute(grounds.image, known, imputation_noise, seed);
}

void add_curves(const Grid<float>& map, int n_steps, Imputation imputation, std::uint64_t seed,
                const Grounds& grounds, AlteredImages& altered, MapRows& rows) {
  const std::vector<int> order = order_of_pixels(map, seed);
  for (int step = 1; step < n_steps; ++step) {
    const std::size_t n = order.size() * step / n_steps;
    const Grid<float> first = first_pixels(order, n, map, 1);
    if (imputation == Imputation::neighbours) {
      const Grid<float> others = first_pixels(order, n, map, 0);
      rows.deletion.push_back(altered.add(imputed(grounds, others, seed)));
      rows.insertion.push_back(altered.add(imputed(grounds, first, seed)));
    } else {
      const at::Tensor weight = to_tensor(first);
      rows.deletion.push_back(altered.add(grounds.image, grounds.deleted, weight));
      rows.insertion.push_back(altered.add(grounds.blurred, grounds.image, weight));
    }
  }
}

/// The images at the ends of all curves: all pixels deleted, none inserted.
CurveEnds add_curve_ends(Imputation imputation, std::uint64_t seed, const Grounds& grounds,
                         AlteredImages& altered) {
  if (imputation == Imputation::neighbours) {
    const Grid<float> nothing(static_cast<int>(grounds.image.size(2)),
                              static_cast<int>(grounds.image.size(3)));
    const at::Tensor image = imputed(grounds, nothing, seed);
    return {.all_deleted = altered.add(image), .none_inserted = altered.add(image)};
  }
  const at::Tensor everywhere =
      at::ones({1, 1, grounds.image.size(2), grounds.image.size(3)}, at::kFloat);
  return {.all_deleted = altered.add(grounds.image, grounds.deleted, everywhere),
          .none_inserted = altered.add(grounds.image, grounds.blurred, everywhere)};
}

/// (M x S) the values of each map's curves, ends and all.
struct CurveValues {
  std::vector<double> deletion;
  std::vector<double> insertion;
};

/// @param clean the value of the whole image, with which deletion begins and insertion ends
CurveValues read_curves(const std::vector<MapRows>& rows, const CurveEnds& ends,
                        const AlteredImages& altered, const TargetScore& target, Confidence kind,
                        double clean) {
  const auto value = [&](std::size_t row) {
    return confidence_of(altered.scores(row), target, kind);
  };
  CurveValues values;
  for (const MapRows& of_map : rows) {
    values.deletion.push_back(clean);
    for (const std::size_t row : of_map.deletion) values.deletion.push_back(value(row));
    values.deletion.push_back(value(ends.all_deleted));

    values.insertion.push_back(value(ends.none_inserted));
    for (const std::size_t row : of_map.insertion) values.insertion.push_back(value(row));
    values.insertion.push_back(clean);
  }
  return values;
}

}  // namespace

std::vector<Confidence> evaluated_confidences(Confidence of_run) {
  if (of_run == Confidence::log_odds) return {Confidence::log_odds, Confidence::probability};
  if (of_run == Confidence::probability) return {Confidence::probability, Confidence::log_odds};
  if (of_run == Confidence::logit) return {Confidence::logit, Confidence::probability};
  return {of_run};
}

MapEvaluator::MapEvaluator(const Network& network, Confidence of_run, const StudyOptions& study,
                           const OcclusionOptions& occlusion, int batch_size)
    : network_(network),
      confidences_(evaluated_confidences(of_run)),
      sign_(study.evaluate_sign),
      curve_steps_(study.curve_steps),
      imputation_(study.imputation),
      occlusion_(occlusion),
      batch_size_(batch_size) {}

std::int64_t MapEvaluator::n_forwards(std::int64_t n_maps) const {
  const int inner_steps = std::max(curve_steps_ - 1, 0);
  return n_maps * (2 + 2 * inner_steps) + (curve_steps_ > 0 ? 2 : 0);
}

ImageFaithfulness MapEvaluator::evaluate(const RgbImage& image, std::span<const Grid<float>> maps,
                                         double alpha, std::span<const float> clean,
                                         const TargetScore& target, const Grid<float>& face,
                                         std::uint64_t seed) const {
  const InputContract& input = network_.contract().input;
  const Grounds grounds = make_grounds(image, input, occlusion_, seed);
  AlteredImages altered(network_, batch_size_);
  ImageFaithfulness result;

  // All altered images are queued first: darkened where a map is high, Eqs. (9) and (10), and kept
  // there only.
  std::vector<MapRows> rows(maps.size());
  for (std::size_t m = 0; m < maps.size(); ++m) {
    const Grid<float> normalised = normalise_map(maps[m], sign_);
    const DarkeningMask darkening = darkening_mask(normalised, alpha);
    rows[m].darkened = altered.add(grounds.image, grounds.black, to_tensor(darkening.mask));
    rows[m].kept = altered.add(grounds.black, grounds.image, to_tensor(normalised));
    result.clipped_share.push_back(darkening.clipped_share);
    result.face_share.push_back(share_on_face(maps[m], face));
  }

  // The steps of deletion and insertion, [RISE] sec. 4.2, with their common ends.
  CurveEnds ends;
  if (curve_steps_ > 0) {
    ends = add_curve_ends(imputation_, seed, grounds, altered);
    for (std::size_t m = 0; m < maps.size(); ++m)
      add_curves(maps[m], curve_steps_, imputation_, seed, grounds, altered, rows[m]);
  }
  altered.flush();

  // Their confidences, in the order of maps and kinds.
  const auto confidence = [&](std::size_t row, Confidence kind) {
    return confidence_of(altered.scores(row), target, kind);
  };
  for (const Confidence kind : confidences_)
    result.original.push_back(confidence_of(clean, target, kind));
  for (const MapRows& of_map : rows) {
    for (const Confidence kind : confidences_) {
      result.darkened.push_back(confidence(of_map.darkened, kind));
      result.kept.push_back(confidence(of_map.kept, kind));
    }
  }

  // The areas under the curves, and of a pair the curves of the similarity: the threshold of all
  // pairs is known only once all are measured.
  if (curve_steps_ == 0) {
    result.deletion_area.assign(maps.size(), std::numeric_limits<double>::quiet_NaN());
    result.insertion_area = result.deletion_area;
    return result;
  }
  const auto curves = [&](Confidence kind) {
    return read_curves(rows, ends, altered, target, kind, confidence_of(clean, target, kind));
  };
  const CurveValues confidences = curves(confidences_.front());
  result.deletion_area = areas_under(confidences.deletion, maps.size());
  result.insertion_area = areas_under(confidences.insertion, maps.size());
  if (target.confidence == Confidence::verification) {
    CurveValues similarities = curves(Confidence::cosine);
    result.deletion_similarity = std::move(similarities.deletion);
    result.insertion_similarity = std::move(similarities.insertion);
    result.same_person = {target.same_person ? 1.0 : 0.0};
  }
  return result;
}

}  // namespace csm
