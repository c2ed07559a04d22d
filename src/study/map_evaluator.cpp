#include "csm/study/map_evaluator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "altered_images.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/study/explanation_mask.h"
#include "csm/study/study_options.h"

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

/// 1 on the first n pixels of the order.
at::Tensor first_pixels(const std::vector<int>& order, std::size_t n, const Grid<float>& shape) {
  Grid<float> weight(shape.height(), shape.width());
  for (std::size_t i = 0; i < n; ++i) weight[order[i]] = 1;
  return to_tensor(weight);
}

/// Trapezoids under confidences at equal steps from 0 to 1.
double area_under(const std::vector<double>& values) {
  double sum = (values.front() + values.back()) / 2;
  for (std::size_t i = 1; i + 1 < values.size(); ++i) sum += values[i];
  return sum / static_cast<double>(values.size() - 1);
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

void add_curves(const Grid<float>& map, int n_steps, std::uint64_t seed, const Grounds& grounds,
                AlteredImages& altered, MapRows& rows) {
  const std::vector<int> order = order_of_pixels(map, seed);
  for (int step = 1; step < n_steps; ++step) {
    const std::size_t n = order.size() * step / n_steps;
    const at::Tensor first = first_pixels(order, n, map);
    rows.deletion.push_back(altered.add(grounds.image, grounds.deleted, first));
    rows.insertion.push_back(altered.add(grounds.blurred, grounds.image, first));
  }
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
  std::size_t all_deleted = 0;
  std::size_t none_inserted = 0;
  if (curve_steps_ > 0) {
    const at::Tensor everywhere = at::ones({1, 1, input.height, input.width}, at::kFloat);
    all_deleted = altered.add(grounds.image, grounds.deleted, everywhere);
    none_inserted = altered.add(grounds.image, grounds.blurred, everywhere);
    for (std::size_t m = 0; m < maps.size(); ++m)
      add_curves(maps[m], curve_steps_, seed, grounds, altered, rows[m]);
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

    // The areas under the curves, from the whole image to none of it and back.
    const auto area = [&](double first, const std::vector<std::size_t>& inner, double last) {
      if (curve_steps_ == 0) return std::numeric_limits<double>::quiet_NaN();
      std::vector<double> curve = {first};
      for (const std::size_t row : inner) curve.push_back(confidence(row, confidences_.front()));
      curve.push_back(last);
      return area_under(curve);
    };
    const double whole = result.original.front();
    const auto end = [&](std::size_t row) {
      return curve_steps_ > 0 ? confidence(row, confidences_.front()) : 0;
    };
    result.deletion_area.push_back(area(whole, of_map.deletion, end(all_deleted)));
    result.insertion_area.push_back(area(end(none_inserted), of_map.insertion, whole));
  }
  return result;
}

}  // namespace csm
