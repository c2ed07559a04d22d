#include "impute.h"

#include <ATen/ATen.h>

#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>
#include <array>
#include <vector>

#include "csm/core/error.h"
#include "csm/explain/noise.h"

namespace csm {
namespace {

constexpr int n_colours = 3;

struct Neighbour {
  int row;
  int column;
  double weight;
};

constexpr std::array<Neighbour, 8> neighbours = {{{-1, 0, 1.0 / 6},
                                                  {1, 0, 1.0 / 6},
                                                  {0, -1, 1.0 / 6},
                                                  {0, 1, 1.0 / 6},
                                                  {-1, -1, 1.0 / 12},
                                                  {-1, 1, 1.0 / 12},
                                                  {1, -1, 1.0 / 12},
                                                  {1, 1, 1.0 / 12}}};

/// The equations of the pixels that are not known, in their order: sum of weights times own value
/// less the weighted values of neighbours that are not known = the weighted values of those that
/// are.
struct LinearSystem {
  Eigen::SparseMatrix<double> matrix;
  Eigen::Matrix<double, Eigen::Dynamic, n_colours> known_part;
};

/// @param unknown the pixels that are not known, row-major
LinearSystem make_system(const float* values, const Grid<float>& known,
                         const std::vector<int>& unknown) {
  const int height = static_cast<int>(known.height());
  const int width = static_cast<int>(known.width());
  const int n_pixels = height * width;
  std::vector<int> equation_of(static_cast<std::size_t>(n_pixels), -1);
  for (std::size_t i = 0; i < unknown.size(); ++i)
    equation_of[static_cast<std::size_t>(unknown[i])] = static_cast<int>(i);

  const auto n = static_cast<Eigen::Index>(unknown.size());
  LinearSystem system{.matrix = Eigen::SparseMatrix<double>(n, n), .known_part = {}};
  system.known_part.setZero(n, n_colours);
  std::vector<Eigen::Triplet<double>> entries;
  for (int i = 0; i < static_cast<int>(n); ++i) {
    const int pixel = unknown[static_cast<std::size_t>(i)];
    double sum = 0;
    for (const Neighbour& neighbour : neighbours) {
      const int row = pixel / width + neighbour.row;
      const int column = pixel % width + neighbour.column;
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const int other = row * width + column;
      const int j = equation_of[static_cast<std::size_t>(other)];
      sum += neighbour.weight;
      if (j >= 0) entries.emplace_back(i, j, -neighbour.weight);
      for (int colour = 0; j < 0 && colour < n_colours; ++colour)
        system.known_part(i, colour) += neighbour.weight * values[colour * n_pixels + other];
    }
    entries.emplace_back(i, i, sum);
  }
  system.matrix.setFromTriplets(entries.begin(), entries.end());
  return system;
}

std::vector<int> unknown_pixels(const Grid<float>& known) {
  std::vector<int> pixels;
  for (std::int64_t q = 0; q < known.size(); ++q) {
    if (known[q] == 0) pixels.push_back(static_cast<int>(q));
  }
  return pixels;
}

}  // namespace

at::Tensor impute(const at::Tensor& image, const Grid<float>& known, double noise,
                  std::uint64_t seed) {
  CSM_EXPECT(image.dim() == 4 && image.size(0) == 1 && image.size(1) == n_colours &&
             image.size(2) == known.height() && image.size(3) == known.width());
  const std::vector<int> unknown = unknown_pixels(known);
  const at::Tensor clean = image.contiguous();
  at::Tensor result = clean.clone(at::MemoryFormat::Contiguous);
  if (unknown.empty()) return result;

  // Any group of unknown pixels has a known one beside it if there is a known one at all, so that
  // the matrix is positive definite.
  if (std::ssize(unknown) == known.size()) {
    result = clean.mean({2, 3}, /*keepdim=*/true).expand_as(clean).clone();
  } else {
    const LinearSystem system = make_system(clean.const_data_ptr<float>(), known, unknown);
    const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver(system.matrix);
    CSM_EXPECT(solver.info() == Eigen::Success);
    const Eigen::Matrix<double, Eigen::Dynamic, n_colours> found = solver.solve(system.known_part);
    float* values = result.mutable_data_ptr<float>();
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      for (int colour = 0; colour < n_colours; ++colour)
        values[colour * known.size() + unknown[i]] =
            static_cast<float>(found(static_cast<Eigen::Index>(i), colour));
    }
  }

  // The noise, on imputed pixels only.
  const double deviation = noise * (clean.max() - clean.min()).item<double>();
  const at::Tensor drawn = GaussianNoise(seed).draw(clean.sizes().vec()) * deviation;
  at::Tensor is_unknown = at::zeros({known.size()}, at::kFloat);
  for (const int pixel : unknown) is_unknown.mutable_data_ptr<float>()[pixel] = 1;
  return result + drawn * is_unknown.reshape({1, 1, known.height(), known.width()});
}

}  // namespace csm
