#include "support/on_ranks.h"

namespace csm::test {

void on_ranks(const std::function<void(const Communicator&)>& body) { body(Communicator::world()); }

}  // namespace csm::test
