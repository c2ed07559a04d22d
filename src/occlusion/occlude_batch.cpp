#include "occlude_batch.h"

namespace csm {
namespace {

/// (n x size): whether a place lies between the sides `first` and `first + 1` of each patch.
at::Tensor between(const at::Tensor& sides, std::int64_t first, std::int64_t size) {
  const at::Tensor places = at::arange(size, sides.options()).unsqueeze(0);
  return places.ge(sides.narrow(1, first, 1)).logical_and(places.lt(sides.narrow(1, first + 1, 1)));
}

}  // namespace

at::Tensor patch_sides(std::span<const PatchRect> patches) {
  at::Tensor sides = at::empty({std::ssize(patches), 4}, at::kLong);
  std::int64_t* out = sides.mutable_data_ptr<std::int64_t>();
  for (const PatchRect& patch : patches) {
    for (const int side : {patch.y1, patch.y2, patch.x1, patch.x2}) *out++ = side;
  }
  return sides;
}

void occlude_batch(const at::Tensor& batch, const at::Tensor& clean, const at::Tensor& fill,
                   const at::Tensor& sides) {
  const at::Tensor rows = between(sides, 0, batch.size(2)).unsqueeze(1).unsqueeze(3);
  const at::Tensor columns = between(sides, 2, batch.size(3)).unsqueeze(1).unsqueeze(2);

  // Eqs. (2) and (3): the fill under the patch, the image elsewhere.
  at::Tensor out = batch;
  at::where_out(out, rows.logical_and(columns), fill.unsqueeze(0), clean.unsqueeze(0));
}

}  // namespace csm
