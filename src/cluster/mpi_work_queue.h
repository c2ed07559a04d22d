#pragma once
#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "work_queue_side.h"

namespace csm {

/// This rank's side of a work queue over MPI; a single rank needs none.
std::unique_ptr<WorkQueueSide> make_mpi_queue(MPI_Comm comm, std::int64_t n_items, Handout handout,
                                              std::function<void(ProgressCount)> on_change);

/// What travels between the ranks.
namespace queue_message {

inline constexpr int tag_to_server = 1;  ///< kind, done, failed
inline constexpr int tag_chunk = 2;      ///< first item, number of items, items that are left
inline constexpr int tag_stop = 3;  ///< somebody wants to stop; empty, once for each rank at most
inline constexpr int tag_end = 4;   ///< all ranks have finished; whether a stop was sent

enum class Kind : std::int64_t { report, request, stop, last };

using ToServer = std::array<std::int64_t, 3>;
using Chunk = std::array<std::int64_t, 3>;

}  // namespace queue_message

/// Sleeps between looks for a message: short at first, then longer.
class Backoff {
 public:
  void sleep() {
    std::this_thread::sleep_for(length_);
    length_ = std::min<std::chrono::microseconds>(2 * length_, std::chrono::milliseconds(1));
  }
  void reset() { length_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{50};
  std::chrono::microseconds length_ = shortest;
};

}  // namespace csm
