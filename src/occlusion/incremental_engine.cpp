#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/model/class_scores.h"
#include "csm/model/layer_program.h"
#include "csm/occlusion/engine.h"
#include "difference_program.h"
#include "gathered_program.h"
#include "row_program.h"
#include "shrinking_batch.h"

namespace csm {
namespace {

/// @tparam Program carries patches through the layers: RowProgram and GatheredProgram their values,
/// DifferenceProgram their differences
template <class Program>
class IncrementalEngine : public OcclusionEngine {
 public:
  template <class... Arguments>
  IncrementalEngine(const Network& network, std::shared_ptr<const LayerProgram> program,
                    int batch_size, Arguments... arguments)
      : network_(network),
        program_(std::move(program)),
        rows_(*program_, arguments...),
        batch_size_(batch_size) {
    CSM_EXPECT(batch_size >= 1);
  }

  OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                      std::span<const PatchRect> patches) override {
    return with_shrinking_batch(batch_size_, network_.device(),
                                [&] { return run_batches(clean, fill, patches); });
  }

  int batch_size() const override { return batch_size_; }

 private:
  OcclusionScores run_batches(const at::Tensor& clean, const at::Tensor& fill,
                              std::span<const PatchRect> patches);
  Grid<float> scores_of(const std::vector<at::Tensor>& outputs) const;

  const Network& network_;
  std::shared_ptr<const LayerProgram> program_;
  Program rows_;
  int batch_size_;
};

template <class Program>
Grid<float> IncrementalEngine<Program>::scores_of(const std::vector<at::Tensor>& outputs) const {
  Grid<float> scores = class_scores(outputs, network_.contract());
  require_finite_scores(scores.values());
  return scores;
}

template <class Program>
OcclusionScores IncrementalEngine<Program>::run_batches(const at::Tensor& clean,
                                                        const at::Tensor& fill,
                                                        std::span<const PatchRect> patches) {
  const c10::InferenceMode inference;
  const auto start = std::chrono::steady_clock::now();
  const auto clean_values = rows_.run_clean(clean);
  OcclusionScores scores;
  scores.clean = scores_of(clean_values.outputs).values();
  scores.covered = Grid<float>(int_size(patches), int_size(scores.clean));
  scores.n_computed = std::ssize(patches);

  // The patches are dealt out like cards: each batch then covers the whole face and all have about
  // the same number of changed pixels, so that the products meet few different sizes.
  const std::int64_t n_batches = (std::ssize(patches) + batch_size_ - 1) / batch_size_;
  for (std::int64_t batch = 0; batch < n_batches; ++batch) {
    std::vector<PatchRect> dealt;
    for (std::int64_t i = batch; i < std::ssize(patches); i += n_batches)
      dealt.push_back(patches[i]);

    const Grid<float> occluded = scores_of(rows_.run_patches(clean_values, fill, dealt));
    for (int i = 0; i < occluded.height(); ++i) {
      const auto row = occluded.row(i);
      std::copy(row.begin(), row.end(), scores.covered.row(batch + i * n_batches).begin());
    }
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  scores.forward_seconds = spent.count();
  return scores;
}

}  // namespace

std::unique_ptr<OcclusionEngine> make_incremental_engine(
    const Network& network, std::shared_ptr<const LayerProgram> program, int batch_size) {
  if (network.device().is_cuda)
    return make_gathered_engine(network, std::move(program), batch_size);
  return std::make_unique<IncrementalEngine<RowProgram>>(network, std::move(program), batch_size);
}

std::unique_ptr<OcclusionEngine> make_gathered_engine(const Network& network,
                                                      std::shared_ptr<const LayerProgram> program,
                                                      int batch_size) {
  return with_device_errors(network.device(), [&] {
    return std::make_unique<IncrementalEngine<GatheredProgram>>(network, std::move(program),
                                                                batch_size, network.device());
  });
}

std::unique_ptr<OcclusionEngine> make_difference_engine(const Network& network,
                                                        std::shared_ptr<const LayerProgram> program,
                                                        int batch_size, Precision precision) {
  CSM_EXPECT(!network.device().is_cuda);
  return std::make_unique<IncrementalEngine<DifferenceProgram>>(network, std::move(program),
                                                                batch_size, precision);
}

}  // namespace csm
