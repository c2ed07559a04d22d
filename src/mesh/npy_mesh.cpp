#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "mesh_file.h"

namespace csm {
namespace {

/// The text between `key` and the end of its value in the header's dictionary.
std::string header_value(const std::string& header, const std::string& key,
                         const std::filesystem::path& path) {
  const std::size_t at = header.find("'" + key + "'");
  const std::size_t colon = header.find(':', at == std::string::npos ? header.size() : at);
  if (colon == std::string::npos) fail_mesh_file(path, "is an NPY file without '" + key + "'");
  const std::size_t begin = header.find_first_not_of(' ', colon + 1);
  if (begin == std::string::npos) fail_mesh_file(path, "is an NPY file without '" + key + "'");
  const bool is_tuple = header[begin] == '(';
  const std::size_t end = header.find(is_tuple ? ')' : ',', begin);
  return header.substr(begin, end == std::string::npos ? end : end - begin);
}

template <class T>
void copy_values(const std::string& bytes, std::size_t at, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value{};
    std::memcpy(&value, bytes.data() + at + i * sizeof(T), sizeof(T));
    values[i] = value;
  }
}

std::vector<std::size_t> parse_shape(const std::string& text, const std::filesystem::path& path) {
  std::vector<std::size_t> shape;
  const char* position = text.data();
  const char* end = text.data() + text.size();
  while (position < end) {
    std::size_t value = 0;
    const auto [next, error] = std::from_chars(position, end, value);
    if (error == std::errc()) {
      shape.push_back(value);
      position = next;
    } else {
      ++position;
    }
  }
  if (shape.size() != 2 || shape[0] > 100'000'000 || shape[1] > 16)
    fail_mesh_file(path, "has the shape " + text + "), but V x 3 is expected");
  return shape;
}

}  // namespace

RawMesh read_npy_mesh(const std::filesystem::path& path) {
  static_assert(std::endian::native == std::endian::little);
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY"))
    fail_mesh_file(path, "is not an NPY file");

  // The header: its length, then a dictionary of Python.
  const std::size_t n_length_bytes = bytes[6] == 1 ? 2 : 4;  // version 1.0, else 2.0 and 3.0
  std::size_t length = 0;
  for (std::size_t i = 0; i < n_length_bytes; ++i)
    length |= std::size_t{static_cast<unsigned char>(bytes[8 + i])} << 8 * i;
  const std::size_t data = 8 + n_length_bytes + length;
  if (data > bytes.size()) fail_mesh_file(path, "is cut off");
  const std::string header = bytes.substr(8 + n_length_bytes, length);
  if (header_value(header, "fortran_order", path).starts_with("True")) {
    fail_mesh_file(path, "is stored in Fortran order; save it with numpy.ascontiguousarray");
  }

  // What it says of the numbers.
  const std::vector<std::size_t> shape = parse_shape(header_value(header, "shape", path), path);
  const std::string type = header_value(header, "descr", path);
  const bool is_double = type.starts_with("'<f8'");
  if (!is_double && !type.starts_with("'<f4'"))
    fail_mesh_file(path, "holds " + type + "; float32 ('<f4') or float64 ('<f8') is read");

  // The numbers themselves.
  RawMesh mesh;
  mesh.vertices = {shape[0], shape[1], std::vector<double>(shape[0] * shape[1])};
  if (bytes.size() - data < mesh.vertices.values.size() * (is_double ? 8U : 4U))
    fail_mesh_file(path, "is cut off");
  if (is_double) {
    copy_values<double>(bytes, data, mesh.vertices.values);
  } else {
    copy_values<float>(bytes, data, mesh.vertices.values);
  }
  return mesh;
}

}  // namespace csm
