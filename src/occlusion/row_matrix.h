#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "csm/model/layer_program.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {

/// The number of rows that a buffer of n rows gets: a little more, so that few different sizes
/// occur. The matrix products prepare code for each size that they meet.
std::int64_t padded_rows(std::int64_t n);

/// An uninitialised buffer of padded_rows(n) x channels whose rows from n on are 0.
at::Tensor make_rows(std::int64_t n, std::int64_t channels, at::ScalarType type = at::kFloat);

/// The values rounded to a precision, as float32.
at::Tensor rounded(const at::Tensor& values, Precision precision);

/// Whether the processor multiplies bfloat16 numbers (avx512_bf16, AMX) and LibTorch uses it.
bool has_bfloat16_product();

/// rows * weight^T + bias, followed by the function if one product can do both.
///
/// In bfloat16 the factors are rounded and summed in float32. A processor that cannot multiply
/// bfloat16 multiplies the rounded numbers as float32, which gives the same up to the order of the
/// sum; one that can rounds the result too.
class RowProduct {
 public:
  /// @pre weight has shape (O x K), bias (O), float32 on the CPU
  RowProduct(const at::Tensor& weight, const at::Tensor& bias,
             const std::optional<layer::Pointwise>& epilogue, Precision precision);

  /// Returns (n x O), float32. @pre rows has shape (n x K), contiguous; in bfloat16 its numbers are
  /// rounded already
  at::Tensor multiply(const at::Tensor& rows) const;

  std::int64_t n_outputs() const { return bias_.size(0); }

 private:
  at::Tensor weight_;  ///< (O x K), in the order that the processor's library likes if it has one
  at::Tensor bias_;
  std::optional<layer::Pointwise> epilogue_;
  bool is_packed_ = false;
  at::ScalarType type_ = at::kFloat;  ///< of the factors
};

/// Applies a function to every value of a buffer that nobody else reads, in place if LibTorch can.
at::Tensor apply_in_place(const layer::Pointwise& function, at::Tensor rows);

}  // namespace csm
