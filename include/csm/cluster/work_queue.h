#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "csm/cluster/communicator.h"

namespace csm {

class WorkQueueSide;

/// Images done and failed.
struct ProgressCount {
  std::int64_t n_done = 0;
  std::int64_t n_failed = 0;

  friend ProgressCount operator+(ProgressCount a, ProgressCount b) {
    return {a.n_done + b.n_done, a.n_failed + b.n_failed};
  }
};

/// How items are dealt to the ranks.
enum class Handout {
  round_robin,  ///< rank r takes items r, r + n, ...: fixed before the run
  guided        ///< who is free takes the next ones: large chunks at first, single items at the end
};

/// Deals numbered items to the ranks while they compute, and carries each rank's counts and the
/// wish to stop.
///
/// Design over MPI: one counter in the memory of rank 0, served by a thread of rank 0. A counter in
/// an MPI window with one-sided fetch-and-add would need no server on hardware that does it in the
/// network card, but over TCP, and wherever the library emulates it, a one-sided call makes
/// progress only while its owner is inside MPI: every rank would wait for the owner's image to end,
/// a slow owner would hold all. A rank 0 that answers between its own images has the same fault. A
/// counter in a file needs locks that parallel file systems do not all keep. So a thread waits for
/// messages; while items are dealt it makes all MPI calls of rank 0 and the main thread none, so
/// MPI_THREAD_SERIALIZED is enough, which every MPI library gives. It sleeps between looks (at most
/// a millisecond), so that it costs the computing thread nothing that can be measured, and an
/// answer takes about half a millisecond: nothing beside an image. Waiting ranks sleep too.
///
/// A rank may take items before it needs them (to load their images beside its work). Near the end
/// that would let some ranks hold what others wait for; has_plenty() says until when it does not.
///
/// Two threads of a rank may use the queue, one that takes items and one that works on them: the
/// calls take turns.
///
/// Ranks that are threads share one counter in memory; a rank is given one item at a time.
///
/// A stop reaches everybody without a collective: a rank tells rank 0 with its next message, rank 0
/// deals nothing more and tells all others, who look between two items.
class WorkQueue {
 public:
  /// @param n_items items 0 .. n_items - 1, the same on all ranks
  /// @param on_change called on rank 0, on one thread at a time, with the counts of all ranks
  /// @note Collective.
  WorkQueue(const Communicator& communicator, std::int64_t n_items, Handout handout,
            std::function<void(ProgressCount)> on_change);

  /// Stops serving without waiting for anybody.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// The next item of this rank; none when all are dealt or somebody wants to stop. Waits for rank
  /// 0's answer. Errors: RunError if MPI fails.
  std::optional<std::int64_t> next();

  /// Whether so many items are left that this rank may take n_ahead more than it works on without
  /// making another wait at the end: more than n_ahead + 1 for each rank, or they are this rank's
  /// own already. As far as it knows from its last next(); never waits, and from the same thread as
  /// next().
  bool has_plenty(int n_ahead) const;

  /// Whether somebody wants to stop; to be asked before each item, since it passes the wish on.
  /// Errors: RunError if MPI fails.
  bool is_stopping();

  /// Says this rank's counts so far; sends at most one message in half a second.
  void report(ProgressCount count);

  /// Makes all ranks stop after the item that they are at. From any thread; never waits.
  void request_stop() noexcept;

  /// Says this rank's last counts and waits, asleep, until all ranks have said theirs. @note
  /// Collective.
  void finish(ProgressCount count);

 private:
  std::unique_ptr<WorkQueueSide> side_;
  std::mutex turn_;  ///< one thread of this rank at a time, as MPI_THREAD_SERIALIZED demands
};

/// The size of a guided chunk: the eighth part of an even share of what is left, from 1 to 16. A
/// rank that is five times slower than the others holds a chunk for five eighths of the time that
/// is left at most.
std::int64_t chunk_size(std::int64_t n_left, int n_ranks);

}  // namespace csm
