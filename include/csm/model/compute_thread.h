#pragma once
#include <functional>
#include <thread>

namespace csm {

/// Starts a thread whose networks run on one core each, and whose warnings go where those of this
/// thread go. This thread keeps its number of threads of an operation.
/// @pre configure_compute was called, if it is called at all
std::thread start_compute_thread(std::function<void()> work);

}  // namespace csm
