// Ranks that are processes of an MPI job.
#include <algorithm>
#include <array>
#include <exception>
#include <numeric>
#include <utility>

#include "check_mpi.h"
#include "communicator_backend.h"
#include "mpi_work_queue.h"

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
    check_mpi(MPI_Reduce(rank == root ? MPI_IN_PLACE : data, rank == root ? data : nullptr,
                         as_count(n), type, MPI_SUM, root, comm),
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
    throw RunError({"the ranks hold " + std::to_string(total) +
                        " bytes of tables, more than one message takes",
                    "", "Use --limit."});
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
  std::string joined(static_cast<std::size_t>(std::accumulate(lengths.begin(), lengths.end(), 0)),
                     '\0');
  check_mpi(MPI_Allgatherv(bytes.data(), length, MPI_CHAR, joined.data(), lengths.data(),
                           offsets.data(), MPI_CHAR, comm),
            "MPI_Allgatherv");
  return cut(joined, lengths);
}

class MpiBackend : public CommunicatorBackend {
 public:
  MpiBackend();
  ~MpiBackend() override;

  void sum_to_root(std::span<std::int64_t> buffer, int root) override {
    sum_pieces(comm_, place_.rank, root, buffer, MPI_INT64_T);
  }
  void sum_to_root(std::span<std::int32_t> buffer, int root) override {
    sum_pieces(comm_, place_.rank, root, buffer, MPI_INT32_T);
  }
  std::vector<std::string> gather(const std::string& bytes, int root) override;
  std::vector<std::string> all_gather(const std::string& bytes) override {
    return all_gather_in(comm_, place_.size, bytes);
  }
  std::vector<std::string> all_gather_on_node(const std::string& bytes) override {
    return all_gather_in(local_, place_.n_local_ranks, bytes);
  }
  std::string broadcast(const std::string& bytes, int root) override;
  std::int64_t all_max(std::int64_t value) override { return reduce_number(value, MPI_MAX); }
  std::int64_t all_sum(std::int64_t value) override { return reduce_number(value, MPI_SUM); }
  void barrier() override { check_mpi(MPI_Barrier(comm_), "MPI_Barrier"); }

  std::unique_ptr<WorkQueueSide> open_queue(std::int64_t n_items, Handout handout,
                                            std::function<void(ProgressCount)> on_change) override {
    return make_mpi_queue(comm_, n_items, handout, std::move(on_change));
  }

 private:
  std::int64_t reduce_number(std::int64_t value, MPI_Op operation) const;

  MPI_Comm comm_ = MPI_COMM_NULL;
  MPI_Comm local_ = MPI_COMM_NULL;  ///< the ranks that share this rank's memory
};

MpiBackend::MpiBackend() : CommunicatorBackend({}) {
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &comm_), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(comm_, &place_.rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(comm_, &place_.size), "MPI_Comm_size");

  check_mpi(MPI_Comm_split_type(comm_, MPI_COMM_TYPE_SHARED, place_.rank, MPI_INFO_NULL, &local_),
            "MPI_Comm_split_type");
  check_mpi(MPI_Comm_set_errhandler(local_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(local_, &place_.local_rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(local_, &place_.n_local_ranks), "MPI_Comm_size");

  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  check_mpi(MPI_Get_processor_name(name.data(), &length), "MPI_Get_processor_name");
  place_.host.assign(name.data(), static_cast<std::size_t>(length));
}

MpiBackend::~MpiBackend() {
  // Freeing is collective: while an exception unwinds on one rank the others would wait for it.
  if (std::uncaught_exceptions() > 0) return;
  if (local_ != MPI_COMM_NULL) MPI_Comm_free(&local_);
  if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
}

std::vector<std::string> MpiBackend::gather(const std::string& bytes, int root) {
  const bool is_here = place_.rank == root;
  const int length = as_count(bytes.size());
  std::vector<int> lengths(is_here ? static_cast<std::size_t>(place_.size) : 0);
  check_mpi(MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, root, comm_), "MPI_Gather");
  require_joined_length(lengths);
  const std::vector<int> offsets = offsets_of(lengths);
  std::string joined(static_cast<std::size_t>(std::accumulate(lengths.begin(), lengths.end(), 0)),
                     '\0');
  check_mpi(MPI_Gatherv(bytes.data(), length, MPI_CHAR, joined.data(), lengths.data(),
                        offsets.data(), MPI_CHAR, root, comm_),
            "MPI_Gatherv");
  return cut(joined, lengths);
}

std::string MpiBackend::broadcast(const std::string& bytes, int root) {
  std::uint64_t length = bytes.size();
  check_mpi(MPI_Bcast(&length, 1, MPI_UINT64_T, root, comm_), "MPI_Bcast");
  std::string result = place_.rank == root ? bytes : std::string(length, '\0');
  for (std::size_t first = 0; first < result.size(); first += longest_piece) {
    check_mpi(
        MPI_Bcast(result.data() + first, as_count(std::min(longest_piece, result.size() - first)),
                  MPI_CHAR, root, comm_),
        "MPI_Bcast");
  }
  return result;
}

std::int64_t MpiBackend::reduce_number(std::int64_t value, MPI_Op operation) const {
  std::int64_t result = 0;
  check_mpi(MPI_Allreduce(&value, &result, 1, MPI_INT64_T, operation, comm_), "MPI_Allreduce");
  return result;
}

}  // namespace

std::shared_ptr<CommunicatorBackend> make_mpi_backend() { return std::make_shared<MpiBackend>(); }

}  // namespace csm
