#include "csm/cluster/agreement.h"

#include <string>

#include "csm/core/error.h"

namespace csm {
namespace {

enum class Outcome : char { fine = 'f', input_error = 'i', run_error = 'r' };

}  // namespace

void agree(const Communicator& communicator, const std::function<void()>& work) {
  Outcome outcome = Outcome::fine;
  std::string words;
  try {
    work();
  } catch (const InputError& error) {
    outcome = Outcome::input_error;
    words = error.what();
  } catch (const std::exception& error) {
    outcome = Outcome::run_error;
    words = error.what();
  }
  // The lowest failing rank speaks; max over (size - rank) finds it.
  const int size = communicator.size();
  const std::int64_t speaker =
      communicator.all_max(outcome == Outcome::fine ? 0 : size - communicator.rank());
  if (speaker == 0) return;
  const std::string message =
      communicator.broadcast(static_cast<char>(outcome) + words, size - static_cast<int>(speaker));
  if (message.front() == static_cast<char>(Outcome::input_error))
    throw InputError(message.substr(1));
  throw RunError(message.substr(1));
}

}  // namespace csm
