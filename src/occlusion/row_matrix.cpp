#include "row_matrix.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/cpu/Utils.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "csm/core/error.h"

namespace csm {
namespace {

using Scalars = c10::List<std::optional<c10::Scalar>>;

/// oneDNN's product with prepared weights and a fused function: twice as fast as MKL's on
/// processors that are not Intel's, and as fast elsewhere. LibTorch has it on x86 CPUs.
bool has_packed_product() {
  static const bool has =
      at::globalContext().userEnabledMkldnn() && at::hasMKLDNN() &&
      c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""}).has_value() &&
      c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_linear_weight", ""}).has_value();
  return has;
}

at::Tensor pack(const at::Tensor& weight) {
  static const auto reorder =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("mkldnn::_reorder_linear_weight", "")
          .typed<at::Tensor(const at::Tensor&, std::optional<c10::SymInt>)>();
  static const std::optional<c10::SymInt> any_number_of_rows;
  return reorder.call(weight, any_number_of_rows);
}

at::Tensor packed_product(const at::Tensor& rows, const at::Tensor& weight, const at::Tensor& bias,
                          std::string_view function, const Scalars& scalars) {
  static const auto product =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
          .typed<at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                            std::string_view, Scalars, std::optional<std::string_view>)>();
  return product.call(rows, weight, bias, function, scalars, std::nullopt);
}

/// The library's name of a function that it can apply inside the product; empty if it cannot.
std::string_view fused_name(const std::optional<layer::Pointwise>& function) {
  if (!function) return "none";
  switch (function->function) {
    case layer::Function::relu:
      return "relu";
    case layer::Function::clamp:
      return "hardtanh";
    case layer::Function::leaky_relu:
      return "leaky_relu";
    case layer::Function::sigmoid:
      return "sigmoid";
    case layer::Function::silu:
      return "swish";
    case layer::Function::hard_swish:
      return "hardswish";
    case layer::Function::elu:
    case layer::Function::tanh:
    case layer::Function::gelu:
    case layer::Function::hard_sigmoid:
      return "";
  }
  return "";
}

Scalars fused_scalars(const std::optional<layer::Pointwise>& function) {
  Scalars scalars;
  if (!function) return scalars;
  if (function->function == layer::Function::clamp) {
    scalars.push_back(c10::Scalar(function->first));
    scalars.push_back(c10::Scalar(function->second));
  }
  if (function->function == layer::Function::leaky_relu)
    scalars.push_back(c10::Scalar(function->first));
  return scalars;
}

}  // namespace

std::int64_t padded_rows(std::int64_t n) {
  CSM_EXPECT(n >= 0);
  // Sixteen sizes between one power of two and the next: at most 6 % more rows.
  const auto octave = static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(n, 1))));
  const std::int64_t step = std::max<std::int64_t>(octave / 16, 8);
  return (n + step - 1) / step * step;
}

at::Tensor make_rows(std::int64_t n, std::int64_t channels, at::ScalarType type) {
  at::Tensor rows = at::empty({padded_rows(n), channels}, type);
  rows.narrow(0, n, rows.size(0) - n).zero_();
  return rows;
}

at::Tensor rounded(const at::Tensor& values, Precision precision) {
  return precision == Precision::bfloat16 ? values.to(at::kBFloat16).to(at::kFloat) : values;
}

bool has_bfloat16_product() {
  static const bool has = [] {
    const auto capabilities = at::cpu::get_cpu_capabilities();
    const auto found = capabilities.find("avx512_bf16");
    return has_packed_product() && found != capabilities.end() && found->second.toBool();
  }();
  return has;
}

RowProduct::RowProduct(const at::Tensor& weight, const at::Tensor& bias,
                       const std::optional<layer::Pointwise>& epilogue, Precision precision)
    : bias_(bias.contiguous()), epilogue_(epilogue), is_packed_(has_packed_product()) {
  CSM_EXPECT(weight.dim() == 2 && bias.dim() == 1 && bias.size(0) == weight.size(0));
  if (precision == Precision::bfloat16 && has_bfloat16_product()) type_ = at::kBFloat16;
  const at::Tensor factors = rounded(weight, precision);
  weight_ = is_packed_ ? pack(factors.contiguous().to(type_)) : factors.t().contiguous();
  if (type_ != at::kFloat) bias_ = bias_.to(type_);
}

at::Tensor RowProduct::multiply(const at::Tensor& rows) const {
  const at::Tensor factors = rows.to(type_);
  if (!is_packed_) {
    at::Tensor result = at::addmm(bias_, factors, weight_);
    return epilogue_ ? apply_in_place(*epilogue_, std::move(result)) : result;
  }
  const std::string_view name = fused_name(epilogue_);
  if (!name.empty())
    return packed_product(factors, weight_, bias_, name, fused_scalars(epilogue_)).to(at::kFloat);
  return apply_in_place(*epilogue_,
                        packed_product(factors, weight_, bias_, "none", Scalars()).to(at::kFloat));
}

at::Tensor apply_in_place(const layer::Pointwise& function, at::Tensor rows) {
  switch (function.function) {
    case layer::Function::relu:
      return at::relu_(rows);
    case layer::Function::clamp:
      return at::clamp_(rows, function.first, function.second);
    case layer::Function::silu:
      return at::silu_(rows);
    case layer::Function::hard_swish:
      return at::hardswish_(rows);
    case layer::Function::leaky_relu:
    case layer::Function::elu:
    case layer::Function::sigmoid:
    case layer::Function::tanh:
    case layer::Function::gelu:
    case layer::Function::hard_sigmoid:
      return apply_layer(function, {rows});
  }
  return apply_layer(function, {rows});
}

}  // namespace csm
