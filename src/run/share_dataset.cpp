#include "share_dataset.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/core/log.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"

namespace csm {

Dataset list_images(const DatasetOptions& options) {
  Dataset dataset = open_dataset(options);
  std::vector<Sample> ordered;
  for (const std::int64_t index : sample_order(dataset, options)) {
    ordered.push_back(std::move(dataset.samples[index]));
  }
  dataset.samples = std::move(ordered);
  for (const std::string& warning : dataset.warnings) log_warning(warning);
  return dataset;
}

Dataset list_gallery(const DatasetOptions& options) {
  Dataset gallery = open_gallery(options.gallery);
  for (std::string& warning : gallery.warnings) {
    warning.insert(0, "Gallery: ");
    log_warning(warning);
  }
  return gallery;
}

Dataset share_dataset(const Communicator& communicator, const std::function<Dataset()>& list) {
  Dataset dataset;
  std::string bytes;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    dataset = list();
    if (communicator.size() > 1) bytes = pack_dataset(dataset);
  });
  bytes = communicator.broadcast(bytes);
  agree(communicator, [&] {
    if (!communicator.is_root()) dataset = unpack_dataset(bytes);
  });
  return dataset;
}

}  // namespace csm
