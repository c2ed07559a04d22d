#include "csm/measure/image_loop.h"

#include <cmath>
#include <string>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

[[noreturn]] void fail_of_failures(const Job& job, const ImageRow& row, std::int64_t n_failed,
                                   std::int64_t n_allowed) {
  throw RunError({"the image '" + row.id + "' is failure " + std::to_string(n_failed) + " of " +
                      std::to_string(job.spec.order.size()) + " images, --max-failures allows " +
                      std::to_string(n_allowed),
                  row.detail, "Mend the data set, or raise --max-failures."});
}

}  // namespace

std::int64_t allowed_failures(double share, std::int64_t n_images) {
  return static_cast<std::int64_t>(std::floor(share * static_cast<double>(n_images) + 1e-9));
}

void run_image_loop(const Job& job, ImageWorker& worker,
                    const std::function<std::optional<LoadedImage>()>& next,
                    const std::function<void(const ImageOutcome&)>& keep) {
  const std::int64_t n_allowed =
      allowed_failures(job.spec.options.run.max_failures, std::ssize(job.spec.order));
  std::int64_t n_failed = 0;
  while (std::optional<LoadedImage> image = next()) {
    const ImageOutcome outcome = worker.process(std::move(*image));
    if (!outcome.cis) n_failed += 1;
    if (n_failed > n_allowed) fail_of_failures(job, outcome.row, n_failed, n_allowed);
    keep(outcome);
  }
}

}  // namespace csm
