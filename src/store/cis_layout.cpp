#include "cis_layout.h"

#include <zlib.h>

#include <array>
#include <vector>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr int compression_level = 4;

}  // namespace

H5Handle cis_creation_list(hsize_t size) {
  H5Handle list(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose, "making a property list");
  const std::array<hsize_t, 3> chunk{1, size, size};
  check_h5(H5Pset_obj_track_times(list.get(), false), "turning object times off");
  check_h5(H5Pset_chunk(list.get(), 3, chunk.data()), "setting the chunk");
  check_h5(H5Pset_shuffle(list.get()), "setting the shuffle filter");
  check_h5(H5Pset_deflate(list.get(), compression_level), "setting the compression");
  return list;
}

std::string compress_map(const Grid<float>& map) {
  // Shuffled: the first byte of every number, then the second of every number, and so on.
  const std::size_t n = map.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(map.values().data());
  std::vector<unsigned char> shuffled(n * sizeof(float));
  for (std::size_t plane = 0; plane < sizeof(float); ++plane) {
    for (std::size_t i = 0; i < n; ++i) shuffled[plane * n + i] = bytes[i * sizeof(float) + plane];
  }
  uLongf n_compressed = compressBound(static_cast<uLong>(shuffled.size()));
  std::string compressed(n_compressed, '\0');
  const int outcome =
      compress2(reinterpret_cast<Bytef*>(compressed.data()), &n_compressed, shuffled.data(),
                static_cast<uLong>(shuffled.size()), compression_level);
  CSM_EXPECT(outcome == Z_OK);
  compressed.resize(n_compressed);
  return compressed;
}

}  // namespace csm
