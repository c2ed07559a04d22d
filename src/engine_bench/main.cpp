// Times the occlusion engines on one network, without MPI, data set or mesh; CSM_ENGINE_ONLY builds
// it on a machine that has little more than LibTorch.
#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <cstdio>
#include <exception>
#include <string>

#include "bench_options.h"
#include "bench_patches.h"
#include "contender.h"
#include "csm/core/error.h"
#include "csm/model/compute_settings.h"
#include "device_meter.h"
#include "results.h"

namespace {

void allow_tf32(bool is_allowed) {
  at::globalContext().setAllowTF32CuDNN(is_allowed);
  at::globalContext().setAllowTF32CuBLAS(is_allowed);
}

void run(const csm::BenchOptions& options) {
  // One network, one image, and each engine's patches.
  const csm::Network network = csm::load_network(options);
  const csm::InputContract& contract = network.contract().input;
  csm::configure_compute(options.n_threads);
  allow_tf32(options.allows_tf32);
  const auto patches = csm::distinct_patches(options.patches, options.patch_size, contract);
  const at::Tensor image = csm::make_smooth_image(contract);
  const csm::BenchInput input{.image = image, .fill = at::zeros_like(image)};
  std::vector<csm::Contender> contenders = csm::make_contenders(options, network, input, patches);

  // The first turn warms up, and its memory is followed: that would take time in the others.
  std::vector<csm::MeteredMemory> memory;
  for (int turn = 0; turn <= options.n_turns; ++turn) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      csm::Contender& contender = contenders[i];
      const auto work = [&] {
        contender.scores = contender.engine->run(input.image, input.fill, contender.patches);
      };
      if (turn == 0) {
        memory.push_back(csm::meter_memory(work));
      } else {
        csm::print_turn(contender, csm::meter_time(options.device, work), memory[i]);
      }
    }
  }

  // All against the first.
  for (std::size_t i = 1; i < contenders.size(); ++i)
    csm::print_difference(contenders[0], contenders[i]);

  if (!options.scores.empty()) csm::save_scores(options.scores, input, contenders);
  if (!options.profile.empty()) {
    csm::Contender& last = contenders.back();
    csm::profile_work(options.profile, options.device.is_cuda,
                      [&] { last.engine->run(input.image, input.fill, last.patches); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    std::fputs(csm::bench_usage, stdout);
    return 0;
  }
  try {
    run(csm::parse_bench_options(argc, argv));
    return 0;
  } catch (const csm::RunError& error) {
    std::fprintf(stderr, "csm_engine_bench: %s\n", error.what());
    return 3;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "csm_engine_bench: %s\n%s", error.what(),
                 argc < 2 ? csm::bench_usage : "");
    return 2;
  }
}
