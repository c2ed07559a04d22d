#include "collect_examples.h"

#include <cstdint>
#include <string>

#include "csm/core/bytes.h"

namespace csm {

std::vector<ImageOutcome> collect_examples(const Communicator& communicator,
                                           const ExampleKeeper& keeper,
                                           const std::vector<ImageRow>& rows) {
  ByteWriter request;
  if (communicator.is_root()) request.put(choose_examples(rows));
  const std::string wanted_bytes = communicator.broadcast(request.bytes());
  std::vector<std::int64_t> wanted;
  ByteReader(wanted_bytes).get(wanted);

  return unpack_examples(communicator.gather(keeper.pack_wanted(wanted)), wanted, rows);
}

}  // namespace csm
