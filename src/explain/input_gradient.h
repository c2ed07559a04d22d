#pragma once
#include <functional>

#include "csm/core/map_text.h"
#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// The gradient of each image's score by its values: (B x 3 x H x W), float32. An image's score
/// must not depend on the others of the batch. Errors: InputError if the score cannot be
/// differentiated by the input.
at::Tensor input_gradient(const ScoreFunction& score, const at::Tensor& batch);

/// The sum of the gradients of n images, (3 x H x W), float64, on the CPU.
/// @param images images(first, n_now) makes those with the indices first .. first + n_now - 1,
/// (n_now x 3 x H x W)
at::Tensor sum_of_gradients(const ScoreFunction& score, int n, int batch_size,
                            const std::function<at::Tensor(int first, int n_now)>& images);

/// max over channels of |g| of a gradient (3 x H x W): (H x W), never negative (Simonyan, Vedaldi,
/// Zisserman 2014, sec. 3).
at::Tensor largest_magnitude(const at::Tensor& gradient);

/// largest_magnitude of the gradient of an image by its input: (H x W). @pre the method needs
/// input_gradient
at::Tensor gradient_magnitude(ExplainedImage& image, Rectifiers rectifiers);

/// What the largest magnitude of a gradient by the normalised input is, which has no unit.
MapText describe_gradient(const ConfidenceText& confidence);

}  // namespace csm
