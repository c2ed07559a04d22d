// Times the occlusion engines on one network, without MPI, data set or mesh; CSM_ENGINE_ONLY builds it on a machine
// that has little more than LibTorch.
#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/core/text.h"
#include "csm/model/compute_settings.h"
#include "csm/model/device.h"
#include "csm/model/layer_program.h"
#include "csm/occlusion/adaptive_engine.h"
#include "csm/occlusion/audited_engine.h"
#include "csm/occlusion/changed_window.h"
#include "csm/occlusion/engine.h"

namespace {

constexpr const char* usage =
    "usage: csm_engine_bench MODEL.pt [--engines A,B,...] [--device cpu|cuda] [--patch-size PX]\n"
    "                        [--patches N|FILE] [--full-patches N] [--batch-size N] [--threads N] [--turns N]\n"
    "  --engines       full, incremental, adaptive; gathered: the incremental engine as it runs on GPUs;\n"
    "                  bfloat16: as --precision bfloat16 computes, with its audit; differences: the same in float32\n"
    "  --patches       a number of places, spread evenly over an ellipse, or a file with a line `x y` for each place:\n"
    "                  shares of the input's sides; places whose patches are the same pixels count once\n"
    "  --full-patches  how many of them the full engine runs (its time a patch does not depend on which); 0: all\n"
    "  --turns         the engines take turns; the first turn warms up and is not printed\n"
    "Prints lines of JSON: each engine's time in each turn, the work, and how far the drops of the engines are "
    "apart.\n";

struct Contender {
  std::string name;
  std::vector<csm::PatchRect> patches;
  std::unique_ptr<csm::OcclusionEngine> engine;
  csm::OcclusionScores scores;
};

/// A smooth random picture with the spread of a normalised photo.
at::Tensor make_picture(const csm::InputContract& input) {
  csm::SplitMix64 random(1);
  at::Tensor coarse = at::empty({1, 3, 14, 14});
  for (std::int64_t i = 0; i < coarse.numel(); ++i)
    coarse.mutable_data_ptr<float>()[i] = static_cast<float>(4 * random.uniform() - 2);
  return at::upsample_bilinear2d(coarse, {input.height, input.width}, false);
}

/// Shares of the input's sides: a sunflower, even over an ellipse about as large as a face.
std::vector<csm::Point2> even_places(int n) {
  const double golden_angle = std::acos(-1.0) * (3 - std::sqrt(5.0));
  std::vector<csm::Point2> places;
  for (int i = 0; i < n; ++i) {
    const double radius = std::sqrt((i + 0.5) / n);
    places.push_back(
        {0.5 + 0.36 * radius * std::cos(i * golden_angle), 0.5 + 0.44 * radius * std::sin(i * golden_angle)});
  }
  return places;
}

std::vector<csm::Point2> read_places(const std::string& word) {
  if (word.find_first_not_of("0123456789") == std::string::npos) return even_places(std::stoi(word));
  std::ifstream file(word);
  std::vector<csm::Point2> places;
  for (csm::Point2 place; file >> place.x >> place.y;) places.push_back(place);
  if (places.empty()) throw csm::InputError("--patches: the file '" + word + "' holds no line `x y`");
  return places;
}

std::vector<csm::PatchRect> distinct_patches(const std::vector<csm::Point2>& places, int patch_size,
                                             const csm::InputContract& input) {
  std::vector<csm::PatchRect> patches;
  patches.reserve(places.size());
  for (const csm::Point2 place : places) {
    patches.push_back(
        csm::patch_on_input({place.x * input.width, place.y * input.height}, patch_size, input.height, input.width));
  }
  std::sort(patches.begin(), patches.end());
  patches.erase(std::unique(patches.begin(), patches.end()), patches.end());
  return patches;
}

/// Every n-th one, so that they still spread over the face.
std::vector<csm::PatchRect> thinned(const std::vector<csm::PatchRect>& patches, int n) {
  if (n <= 0 || patches.size() <= static_cast<std::size_t>(n)) return patches;
  std::vector<csm::PatchRect> kept;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    kept.push_back(patches[i * patches.size() / static_cast<std::size_t>(n)]);
  return kept;
}

/// A classifier or an embedding.
csm::Network load_network(const std::string& path, csm::ComputeDevice device) {
  try {
    return {path, csm::ModelRole::classifier, device};
  } catch (const csm::InputError&) {
    return {path, csm::ModelRole::embedding, device};
  }
}

/// Prints the work of a patch in full and by windows, the mean over the patches.
void print_work(const csm::LayerProgram& program, const std::vector<csm::PatchRect>& patches) {
  double in_full = 0;
  double by_windows = 0;
  for (std::size_t i = 0; i < program.layers.size(); ++i) in_full += csm::multiply_adds(program, static_cast<int>(i));
  for (const csm::PatchRect& patch : patches) {
    const std::vector<csm::Window> windows = csm::changed_windows(program, patch);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const csm::MapShape shape = csm::map_shape(program.layers[i]);
      by_windows += csm::multiply_adds(program, static_cast<int>(i)) * static_cast<double>(windows[i].n_pixels()) /
                    (static_cast<double>(shape.height) * shape.width * static_cast<double>(patches.size()));
    }
  }
  std::printf(R"({"multiply_adds": %.6g, "window_multiply_adds": %.6g, "tail": "%s"})"
              "\n",
              in_full, by_windows, program.tail ? program.tail->reason.c_str() : "");
}

std::unique_ptr<csm::OcclusionEngine> make_engine(const std::string& name, const csm::Network& network, int batch_size,
                                                  const std::vector<csm::PatchRect>& patches) {
  if (name == "full") return csm::make_full_engine(network, batch_size);
  if (name == "adaptive")
    return csm::make_adaptive_engine(make_engine("incremental", network, batch_size, patches), {});
  if (name != "incremental" && name != "gathered" && name != "bfloat16" && name != "differences") {
    throw csm::InputError("--engines: unknown engine '" + name +
                          "'. Valid: full, incremental, gathered, adaptive, bfloat16, differences");
  }
  csm::LayerReading reading = csm::read_layers(network);
  if (!reading.program) throw csm::InputError("the network is not understood as layers: " + reading.reason);
  const auto program = std::make_shared<const csm::LayerProgram>(std::move(*reading.program));
  if (name == "gathered") return csm::make_gathered_engine(network, program, batch_size);
  if (name == "differences") return csm::make_difference_engine(network, program, batch_size, csm::Precision::float32);
  if (name == "bfloat16") {
    return csm::make_audited_engine(csm::make_difference_engine(network, program, batch_size, csm::Precision::bfloat16),
                                    csm::make_incremental_engine(network, program, batch_size));
  }
  print_work(*program, patches);
  return csm::make_incremental_engine(network, program, batch_size);
}

/// Prints how far the drops of two engines are apart on the patches of the one that ran fewer.
void compare(const Contender& first, const Contender& other) {
  const std::size_t n_scores = first.scores.clean.size();
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < first.patches.size(); ++i) {
    const auto match = std::find(other.patches.begin(), other.patches.end(), first.patches[i]);
    if (match == other.patches.end()) continue;
    const auto j = static_cast<int>(match - other.patches.begin());
    for (std::size_t score = 0; score < n_scores; ++score) {
      a.push_back(first.scores.clean[score] - first.scores.covered.row(static_cast<int>(i))[score]);
      b.push_back(other.scores.clean[score] - other.scores.covered.row(j)[score]);
    }
  }
  double largest = 0, scale = 0, squares = 0, mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;
  const auto n = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
    scale = std::max(scale, std::abs(a[i]));
    squares += (a[i] - b[i]) * (a[i] - b[i]);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  // The last is the root mean square difference over the spread of the first engine's drops.
  std::printf(R"({"engine": "%s", "against": "%s", "largest_difference_of_drops": %.3g, "largest_drop": %.3g, )"
              R"("pearson": %.8f, "error_share": %.4g})"
              "\n",
              other.name.c_str(), first.name.c_str(), largest, scale, ab / std::sqrt(aa * bb), std::sqrt(squares / aa));
}

int run(const std::string& model, std::map<std::string, std::string> options) {
  const std::string device = options["--device"];
  if (device != "cpu" && device != "cuda") throw csm::InputError("--device is '" + device + "'. Valid: cpu, cuda");
  const csm::Network network = load_network(model, {.is_cuda = device == "cuda"});
  const csm::InputContract& input = network.contract().input;
  csm::configure_compute(std::stoi(options["--threads"]));
  const std::vector<csm::PatchRect> patches =
      distinct_patches(read_places(options["--patches"]), std::stoi(options["--patch-size"]), input);
  const at::Tensor picture = make_picture(input);
  const at::Tensor fill = at::zeros_like(picture);
  std::vector<Contender> contenders;
  std::istringstream names(options["--engines"]);
  for (std::string name; std::getline(names, name, ',');) {
    contenders.push_back({name,
                          name == "full" ? thinned(patches, std::stoi(options["--full-patches"])) : patches,
                          make_engine(name, network, std::stoi(options["--batch-size"]), patches),
                          {}});
  }
  for (int turn = 0; turn <= std::stoi(options["--turns"]); ++turn) {
    for (Contender& contender : contenders) {
      const auto start = std::chrono::steady_clock::now();
      contender.scores = contender.engine->run(picture, fill, contender.patches);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (turn == 0) continue;
      std::printf(R"({"engine": "%s", "seconds": %.6g, "patches": %zu, "ms_per_patch": %.4g})"
                  "\n",
                  contender.name.c_str(), seconds, contender.patches.size(),
                  1e3 * seconds / static_cast<double>(contender.patches.size()));
      std::fflush(stdout);
    }
  }
  for (std::size_t i = 1; i < contenders.size(); ++i) compare(contenders[0], contenders[i]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options = {
      {"--engines", "full,incremental"}, {"--device", "cpu"},    {"--patch-size", "15"}, {"--patches", "2194"},
      {"--full-patches", "64"},          {"--batch-size", "32"}, {"--threads", "1"},     {"--turns", "1"}};
  if (argc < 2 || argc % 2 != 0) {
    std::fputs(usage, stderr);
    return 2;
  }
  for (int i = 2; i < argc; i += 2) {
    if (!options.contains(argv[i])) {
      std::fprintf(stderr, "csm_engine_bench: unknown option '%s'\n%s", argv[i], usage);
      return 2;
    }
    options[argv[i]] = argv[i + 1];
  }
  try {
    return run(argv[1], options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "csm_engine_bench: %s\n", error.what());
    return 2;
  }
}
