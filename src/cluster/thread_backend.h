#pragma once
#include <memory>

#include "communicator_backend.h"
#include "thread_team.h"

namespace csm {

/// One rank of a team of threads.
std::shared_ptr<CommunicatorBackend> make_thread_backend(std::shared_ptr<ThreadTeam> team,
                                                         int rank);

/// This rank's side of a queue of its team.
std::unique_ptr<WorkQueueSide> make_thread_queue(std::shared_ptr<ThreadTeam> team,
                                                 std::shared_ptr<ThreadTeam::Queue> queue, int rank,
                                                 Handout handout,
                                                 std::function<void(ProgressCount)> on_change);

}  // namespace csm
