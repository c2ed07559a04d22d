#include "csm/cluster/communicator.h"

#include <utility>

#include "communicator_backend.h"
#include "csm/core/error.h"

namespace csm {

Communicator Communicator::world() { return Communicator(make_mpi_backend()); }
Communicator Communicator::single() { return Communicator(make_single_backend()); }

Communicator::Communicator(std::shared_ptr<CommunicatorBackend> backend)
    : backend_(std::move(backend)) {
  CSM_EXPECT(backend_ != nullptr);
}

int Communicator::rank() const { return backend_->place().rank; }
int Communicator::size() const { return backend_->place().size; }
int Communicator::local_rank() const { return backend_->place().local_rank; }
int Communicator::n_local_ranks() const { return backend_->place().n_local_ranks; }
const std::string& Communicator::host() const { return backend_->place().host; }

void Communicator::sum_to_root(std::span<std::int64_t> buffer, int root) const {
  backend_->sum_to_root(buffer, root);
}
void Communicator::sum_to_root(std::span<std::int32_t> buffer, int root) const {
  backend_->sum_to_root(buffer, root);
}

std::vector<std::string> Communicator::gather(const std::string& bytes, int root) const {
  return backend_->gather(bytes, root);
}

std::vector<std::string> Communicator::all_gather(const std::string& bytes) const {
  return backend_->all_gather(bytes);
}

std::vector<std::string> Communicator::all_gather_on_node(const std::string& bytes) const {
  return backend_->all_gather_on_node(bytes);
}

std::string Communicator::broadcast(const std::string& bytes, int root) const {
  return backend_->broadcast(bytes, root);
}

std::int64_t Communicator::all_max(std::int64_t value) const { return backend_->all_max(value); }
std::int64_t Communicator::all_sum(std::int64_t value) const { return backend_->all_sum(value); }
void Communicator::barrier() const { backend_->barrier(); }

}  // namespace csm
