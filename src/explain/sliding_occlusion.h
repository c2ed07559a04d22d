#pragma once
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/occlusion/patches.h"
#include "saliency_method.h"

namespace csm {

/// The windows of sliding occlusion (Zeiler, Fergus 2014, sec. 4.2), row by row: squares at 0,
/// step, 2 step, ... along each side and, where the steps do not end there, at the far border. @pre
/// 1 <= step <= side <= height, width
std::vector<PatchRect> sliding_windows(int height, int width, int side, int step);

/// The map of sliding occlusion (height x width), signed: each pixel gets the mean of clean -
/// covered[k] over the windows k that hold it; windows with NaN, under which the model lost the
/// face, do not count, and a pixel of such windows only is NaN. @pre every pixel lies in a window;
/// one covered score per window
Grid<float> mean_drop(int height, int width, std::span<const PatchRect> windows, double clean,
                      std::span<const double> covered);

SaliencyMethod sliding_occlusion_method();

}  // namespace csm
