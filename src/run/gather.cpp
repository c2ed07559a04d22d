#include "gather.h"

#include <string>

#include "csm/checkpoint/row_bytes.h"
#include "csm/core/bytes.h"

namespace csm {

std::vector<ImageRow> gather_rows(const Communicator& communicator,
                                  const std::vector<ImageRow>& own) {
  std::vector<ImageRow> rows;
  for (const std::string& bytes : communicator.gather(pack_rows(own))) unpack_rows(bytes, rows);
  return rows;
}

std::vector<RankRow> gather_ranks(const Communicator& communicator, const RankRow& own) {
  std::vector<RankRow> rows;
  for (const std::string& bytes : communicator.gather(pack_rank(own)))
    rows.push_back(unpack_rank(bytes));
  return rows;
}

std::vector<CisPart> gather_parts(const Communicator& communicator,
                                  const std::vector<CisPart>& parts) {
  ByteWriter writer;
  for (const CisPart& part : parts) {
    writer.put(part.path.string());
    writer.put(part.n_bytes);
  }
  std::vector<CisPart> all;
  for (const std::string& bytes : communicator.all_gather(writer.bytes())) {
    for (ByteReader reader(bytes); !reader.at_end();) {
      std::string path;
      CisPart& part = all.emplace_back();
      reader.get(path);
      reader.get(part.n_bytes);
      part.path = path;
    }
  }
  return all;
}

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
