#include "support/small_job.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "csm/core/random.h"
#include "csm/explain/method_facts.h"
#include "csm/options/parse.h"
#include "support/test_model.h"

namespace csm::test {
namespace {

constexpr int height =
    16;  // of images and network inputs; not square, so that a transposition shows
constexpr int width = 20;
constexpr double frame = 619;  // [px] that a canonical mesh without an image counts on
constexpr std::size_t n_vertices = 40;

using Vertices = std::vector<std::array<double, 3>>;

double between(SplitMix64& random, double low, double high) {
  return low + random.uniform() * (high - low);
}

/// An NPY file of version 1.0 with a (V x 3) array of float64.
std::string npy_bytes(const Vertices& vertices) {
  static_assert(std::endian::native == std::endian::little);
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" +
                       std::to_string(vertices.size()) + ", 3), }";
  header.resize(118 - 1, ' ');
  header += '\n';
  const std::string_view magic("\x93NUMPY\x01\x00\x76\x00", 10);
  return std::string(magic) + header +
         std::string(reinterpret_cast<const char*>(vertices.data()),
                     vertices.size() * sizeof(vertices[0]));
}

/// A PPM image of random pixels.
std::string image_bytes(SplitMix64& random) {
  std::string bytes = "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
  for (int i = 0; i < 3 * height * width; ++i) bytes += static_cast<char>(random.below(256));
  return bytes;
}

/// The canonical mesh as an image shows it: scaled to the image, with a little noise.
Vertices seen_in_image(const Vertices& canonical, SplitMix64& random) {
  Vertices seen;
  for (const auto& [x, y, z] : canonical) {
    seen.push_back({x * width / frame + between(random, -2, 2),
                    y * height / frame + between(random, -2, 2),
                    z * width / frame + between(random, -0.2, 0.2)});
  }
  seen[4] = seen[2];  // a patch that is there twice
  return seen;
}

std::string number(int i) { return (i < 10 ? "00" : i < 100 ? "0" : "") + std::to_string(i); }

}  // namespace

SmallJob::SmallJob(int n_images) : own_folder_(std::in_place), path_(own_folder_->path()) {
  const TemporaryFolder& folder = *own_folder_;
  SplitMix64 random(11);

  // The canonical face reaches to the corners.
  Vertices canonical(n_vertices);
  for (auto& vertex : canonical)
    vertex = {between(random, 60, 560), between(random, 40, 580), between(random, 0, 100)};
  canonical[0] = {1, 2, 50};
  canonical[6] = {618, 617, 50};
  folder.write("canonical.npy", npy_bytes(canonical));

  std::string manifest = "path,letter,age\n";
  for (int i = 0; i < n_images; ++i) {
    folder.write("images/face_" + number(i) + ".ppm", image_bytes(random));
    folder.write("meshes/face_" + number(i) + ".npy", npy_bytes(seen_in_image(canonical, random)));
    manifest += "images/face_" + number(i) + ".ppm," + (i % 2 == 0 ? "a" : "b") + "," +
                std::to_string(20 + i) + "\n";
  }
  folder.write("manifest.csv", manifest);

  folder.write("job.cfg", R"(dataset = manifest.csv
model = model.pt
mesh = files
mesh-dir = meshes
canonical = canonical.npy
canonical-size = 64
detector-model = there_is_none.pt
vertex-stride = 2
patch-size = 5
label = letter
group-by = predicted
permutations = 99
device = cpu
threads-per-rank = 1
save-cis = on
quiet = on
)");

  std::string pairs = "path_a,path_b,same_person,fold\n";
  for (int i = 0; i < n_images; ++i) {
    pairs += "images/face_" + number(i) + ".ppm,images/face_" + number((i + 1 + i % 3) % n_images) +
             ".ppm," + std::to_string(i % 2) + "," + std::to_string(i % 3 + 1) + "\n";
  }
  folder.write("pairs.csv", pairs);

  // Whole numbers from -2 to 2, times a power of two.
  std::vector<float> weight(static_cast<std::size_t>(3 * height * width));
  for (float& value : weight) value = std::ldexp(static_cast<float>(random.below(5)) - 2, -12);
  write_linear_classifier(path_ / "model.pt", height, width, weight);
  std::vector<float> weights(4 * weight.size());
  for (float& value : weights) value = static_cast<float>(random.below(5)) - 2;
  write_model(
      path_ / "embedding.pt",
      "def forward(self, x):\n    return (x.unsqueeze(1) * self.weight).flatten(2).sum(2)\n",
      embedding_contract(height, width, 4), weights, {4, 3, height, width});
}

std::filesystem::path SmallJob::image(int i) const {
  return folder() / "images" / ("face_" + number(i) + ".ppm");
}
std::filesystem::path SmallJob::mesh(int i) const {
  return folder() / "meshes" / ("face_" + number(i) + ".npy");
}
std::filesystem::path SmallJob::output(const std::string& name) const {
  return folder() / name / "result.h5";
}

Options SmallJob::options(const std::string& name, std::vector<std::string> more) const {
  std::vector<std::string> arguments = {"--job", (folder() / "job.cfg").string(), "--output",
                                        output(name).string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return parse_command_line(arguments, method_facts()).options;
}

}  // namespace csm::test
