#include "csm/cluster/communicator.h"

#include <algorithm>
#include <exception>
#include <numeric>

#include "communicator_state.h"

namespace csm {
namespace {

/// MPI counts are ints: longer buffers travel in pieces.
constexpr std::size_t longest_piece = std::size_t{1} << 28U;

int as_count(std::size_t n) {
  CSM_EXPECT(n <= longest_piece);
  return static_cast<int>(n);
}

template <class T>
void sum_pieces(MPI_Comm comm, int rank, int root, std::span<T> buffer, MPI_Datatype type) {
  for (std::size_t first = 0; first < buffer.size(); first += longest_piece) {
    const std::size_t n = std::min(longest_piece, buffer.size() - first);
    T* data = buffer.data() + first;
    check_mpi(MPI_Reduce(rank == root ? MPI_IN_PLACE : data, rank == root ? data : nullptr, as_count(n), type, MPI_SUM,
                         root, comm),
              "MPI_Reduce");
  }
}

/// Where each rank's bytes begin in the joined buffer.
std::vector<int> offsets_of(const std::vector<int>& lengths) {
  std::vector<int> offsets(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  return offsets;
}

void require_joined_length(const std::vector<int>& lengths) {
  const auto total = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  if (total > std::int64_t{0x7FFFFFFF}) {
    throw RunError({"the ranks hold " + std::to_string(total) + " bytes of tables, more than one message takes", "",
                    "Use --limit."});
  }
}

std::vector<std::string> cut(const std::string& joined, const std::vector<int>& lengths) {
  std::vector<std::string> parts;
  std::size_t offset = 0;
  for (const int length : lengths) {
    parts.push_back(joined.substr(offset, static_cast<std::size_t>(length)));
    offset += static_cast<std::size_t>(length);
  }
  return parts;
}

std::vector<std::string> all_gather_in(MPI_Comm comm, int size, const std::string& bytes) {
  const int length = as_count(bytes.size());
  std::vector<int> lengths(static_cast<std::size_t>(size));
  check_mpi(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, comm), "MPI_Allgather");
  require_joined_length(lengths);
  const std::vector<int> offsets = offsets_of(lengths);
  std::string joined(static_cast<std::size_t>(std::accumulate(lengths.begin(), lengths.end(), 0)), '\0');
  check_mpi(
      MPI_Allgatherv(bytes.data(), length, MPI_CHAR, joined.data(), lengths.data(), offsets.data(), MPI_CHAR, comm),
      "MPI_Allgatherv");
  return cut(joined, lengths);
}

}  // namespace

Communicator::Communicator() : state_(std::make_unique<State>()) {
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &state_->comm), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(state_->comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(state_->comm, &state_->rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(state_->comm, &state_->size), "MPI_Comm_size");
  check_mpi(MPI_Comm_split_type(state_->comm, MPI_COMM_TYPE_SHARED, state_->rank, MPI_INFO_NULL, &state_->local),
            "MPI_Comm_split_type");
  check_mpi(MPI_Comm_set_errhandler(state_->local, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(state_->local, &state_->local_rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(state_->local, &state_->n_local_ranks), "MPI_Comm_size");
  char name[MPI_MAX_PROCESSOR_NAME] = {};
  int length = 0;
  check_mpi(MPI_Get_processor_name(name, &length), "MPI_Get_processor_name");
  state_->host.assign(name, static_cast<std::size_t>(length));
}

Communicator::~Communicator() {
  // Freeing is collective: while an exception unwinds on one rank the others would wait for it.
  if (!state_ || std::uncaught_exceptions() > 0) return;
  if (state_->local != MPI_COMM_NULL) MPI_Comm_free(&state_->local);
  if (state_->comm != MPI_COMM_NULL) MPI_Comm_free(&state_->comm);
}

Communicator::Communicator(Communicator&&) noexcept = default;
Communicator& Communicator::operator=(Communicator&&) noexcept = default;

int Communicator::rank() const { return state_->rank; }
int Communicator::size() const { return state_->size; }
int Communicator::local_rank() const { return state_->local_rank; }
int Communicator::n_local_ranks() const { return state_->n_local_ranks; }
const std::string& Communicator::host() const { return state_->host; }

void Communicator::sum_to_root(std::span<std::int64_t> buffer, int root) const {
  sum_pieces(state_->comm, state_->rank, root, buffer, MPI_INT64_T);
}

void Communicator::sum_to_root(std::span<std::int32_t> buffer, int root) const {
  sum_pieces(state_->comm, state_->rank, root, buffer, MPI_INT32_T);
}

std::vector<std::string> Communicator::gather(const std::string& bytes, int root) const {
  const bool is_here = state_->rank == root;
  const int length = as_count(bytes.size());
  std::vector<int> lengths(is_here ? static_cast<std::size_t>(state_->size) : 0);
  check_mpi(MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, root, state_->comm), "MPI_Gather");
  require_joined_length(lengths);
  const std::vector<int> offsets = offsets_of(lengths);
  std::string joined(static_cast<std::size_t>(std::accumulate(lengths.begin(), lengths.end(), 0)), '\0');
  check_mpi(MPI_Gatherv(bytes.data(), length, MPI_CHAR, joined.data(), lengths.data(), offsets.data(), MPI_CHAR, root,
                        state_->comm),
            "MPI_Gatherv");
  return cut(joined, lengths);
}

std::vector<std::string> Communicator::all_gather(const std::string& bytes) const {
  return all_gather_in(state_->comm, state_->size, bytes);
}

std::vector<std::string> Communicator::all_gather_on_node(const std::string& bytes) const {
  return all_gather_in(state_->local, state_->n_local_ranks, bytes);
}

std::string Communicator::broadcast(const std::string& bytes, int root) const {
  std::uint64_t length = bytes.size();
  check_mpi(MPI_Bcast(&length, 1, MPI_UINT64_T, root, state_->comm), "MPI_Bcast");
  std::string result = state_->rank == root ? bytes : std::string(length, '\0');
  for (std::size_t first = 0; first < result.size(); first += longest_piece) {
    check_mpi(MPI_Bcast(result.data() + first, as_count(std::min(longest_piece, result.size() - first)), MPI_CHAR, root,
                        state_->comm),
              "MPI_Bcast");
  }
  return result;
}

std::int64_t Communicator::all_max(std::int64_t value) const {
  std::int64_t result = 0;
  check_mpi(MPI_Allreduce(&value, &result, 1, MPI_INT64_T, MPI_MAX, state_->comm), "MPI_Allreduce");
  return result;
}

std::int64_t Communicator::all_sum(std::int64_t value) const {
  std::int64_t result = 0;
  check_mpi(MPI_Allreduce(&value, &result, 1, MPI_INT64_T, MPI_SUM, state_->comm), "MPI_Allreduce");
  return result;
}

void Communicator::barrier() const { check_mpi(MPI_Barrier(state_->comm), "MPI_Barrier"); }

}  // namespace csm
