#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cis_layout.h"
#include "csm/core/error.h"
#include "h5_file.h"
#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

/// An open part file: its maps and the images that they are of.
struct Part {
  explicit Part(const std::filesystem::path& path)
      : file(path, H5Access::read),
        cis(H5Dopen2(file.get(), "cis", H5P_DEFAULT), &H5Dclose, "opening the maps of a part file"),
        order(read_order(file.get())) {}

  static std::vector<std::int64_t> read_order(hid_t file) {
    const H5Handle dataset(H5Dopen2(file, "order", H5P_DEFAULT), &H5Dclose, "opening the order of a part file");
    const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "reading a data space");
    const hssize_t n_maps = check_h5(H5Sget_simple_extent_npoints(space.get()), "reading a data space");
    std::vector<std::int64_t> order(static_cast<std::size_t>(n_maps));
    check_h5(H5Dread(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, order.data()),
             "reading the order of a part file");
    return order;
  }

  H5File file;
  H5Handle cis;
  std::vector<std::int64_t> order;
};

/// Where the map of an image lies.
struct Place {
  std::size_t part = 0;
  hsize_t row = 0;
};

std::map<std::int64_t, Place> find_maps(const std::vector<Part>& parts) {
  std::map<std::int64_t, Place> places;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (std::size_t row = 0; row < parts[p].order.size(); ++row) places.insert({parts[p].order[row], {p, row}});
  }
  return places;
}

/// Copies one compressed map; `buffer` is reused from map to map.
void copy_map(const H5Handle& from, hsize_t from_row, const H5Handle& to, hsize_t to_row, std::vector<char>& buffer) {
  const std::array<hsize_t, 3> from_offset{from_row, 0, 0};
  const std::array<hsize_t, 3> to_offset{to_row, 0, 0};
  hsize_t n_bytes = 0;
  check_h5(H5Dget_chunk_storage_size(from.get(), from_offset.data(), &n_bytes), "finding a map of a part file");
  buffer.resize(n_bytes);
  std::uint32_t filters = 0;
  check_h5(H5Dread_chunk(from.get(), H5P_DEFAULT, from_offset.data(), &filters, buffer.data()),
           "reading a map of a part file");
  check_h5(H5Dwrite_chunk(to.get(), H5P_DEFAULT, filters, to_offset.data(), n_bytes, buffer.data()), "writing a map");
}

H5Handle create_cis(hid_t group, hsize_t n_maps, hsize_t size, const Result& result) {
  const std::array<hsize_t, 3> shape{n_maps, size, size};
  const H5Handle space(H5Screate_simple(3, shape.data(), nullptr), &H5Sclose, "making a data space");
  const H5Handle creation = cis_creation_list(size);
  H5Handle dataset(H5Dcreate2(group, "cis", H5T_NATIVE_FLOAT, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                   &H5Dclose, "creating a data set");
  write_attribute(dataset.get(), "long_name", "saliency map of each image: drop of the " + result.confidence_kind);
  write_attribute(dataset.get(), "units", result.confidence_unit);
  write_attribute(dataset.get(), "equation", "Eq. (5)");
  return dataset;
}

}  // namespace

void write_cis(H5File& file, hid_t entry, const Result& result, std::span<const std::filesystem::path> parts) {
  std::vector<Part> open_parts;
  for (const std::filesystem::path& path : parts) open_parts.emplace_back(path);
  const std::map<std::int64_t, Place> places = find_maps(open_parts);
  std::vector<std::int64_t> order;
  for (const ImageRow& row : result.images) {
    if (row.status != "ok") continue;
    if (!places.contains(row.order)) {
      throw RunError({"the map of '" + row.id + "' is in no part file", "--save-cis keeps the map of every image",
                      "Run again from the start."});
    }
    order.push_back(row.order);
  }
  const H5Handle group = create_group(entry, "cis", "NXdata");
  write_attribute(group.get(), "signal", "cis");
  write_attribute(group.get(), "title", "Saliency map of each image on the canonical face");
  write_attribute(group.get(), "axes", std::vector<std::string>{"order", "y", "x"});
  const int size = result.cms.mean.height();
  std::vector<double> centres;
  for (int i = 0; i < size; ++i) centres.push_back(i + 0.5);
  write_column(group.get(), "order", order, {"position in the seeded order, as in /entry/images", "1", ""});
  write_column(group.get(), "y", centres, {"distance from the top", "px", ""});
  write_column(group.get(), "x", centres, {"distance from the left (subject's right)", "px", ""});
  const H5Handle cis = create_cis(group.get(), order.size(), static_cast<hsize_t>(size), result);
  std::vector<char> buffer;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Place place = places.at(order[i]);
    copy_map(open_parts[place.part].cis, place.row, cis, i, buffer);
    if (i % 64 == 63) file.flush();  // a full disk shows here, not hours later
  }
}

}  // namespace csm
