#include "cis_layout.h"

#include <zlib.h>

#include <array>
#include <fstream>
#include <vector>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr int compression_level = 4;

[[noreturn]] void fail_part(const CisPart& part) {
  throw RunError(
      {"the part file '" + part.path.string() + "' lacks maps that its checkpoint counts",
       "the map of every image is needed", "Start again with --restart never."});
}

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

Grid<float> decompress_map(std::string_view compressed, int size) {
  Grid<float> map(size, size);
  const auto n = static_cast<std::size_t>(map.size());
  std::vector<unsigned char> shuffled(n * sizeof(float));
  uLongf n_bytes = static_cast<uLong>(shuffled.size());
  const int outcome =
      uncompress(shuffled.data(), &n_bytes, reinterpret_cast<const Bytef*>(compressed.data()),
                 static_cast<uLong>(compressed.size()));
  if (outcome != Z_OK || n_bytes != shuffled.size()) {
    throw RunError({"a kept map of an image is damaged", "its bytes are not those of a map",
                    "Start again with --restart never."});
  }
  auto* bytes = reinterpret_cast<unsigned char*>(map.values().data());
  for (std::size_t plane = 0; plane < sizeof(float); ++plane) {
    for (std::size_t i = 0; i < n; ++i) bytes[i * sizeof(float) + plane] = shuffled[plane * n + i];
  }
  return map;
}

void for_each_record(const CisPart& part, const std::function<bool(std::int64_t)>& is_wanted,
                     const std::function<void(std::int64_t, std::string_view)>& take) {
  std::ifstream file(part.path, std::ios::binary);
  std::string map;
  for (std::int64_t at = 0; at < part.n_bytes;) {
    CisRecord record;
    file.read(reinterpret_cast<char*>(&record), sizeof(record));
    at += static_cast<std::int64_t>(sizeof(record));
    if (!file || record.n_bytes < 0 || record.n_bytes > part.n_bytes - at) fail_part(part);
    at += record.n_bytes;
    if (!is_wanted(record.order)) {
      file.seekg(record.n_bytes, std::ios::cur);
      continue;
    }
    map.resize(static_cast<std::size_t>(record.n_bytes));
    file.read(map.data(), record.n_bytes);
    if (!file) fail_part(part);
    take(record.order, map);
  }
}

}  // namespace csm
