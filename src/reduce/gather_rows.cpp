#include "csm/reduce/gather_rows.h"

#include <string>
#include <vector>

#include "csm/core/bytes.h"

namespace csm {

RankValues gather_rows(const Communicator& communicator, const RankValues& own,
                       std::int64_t n_images) {
  ByteWriter writer;
  writer.put(own.row_of_image);
  writer.put(own.rows.values);
  const std::vector<std::string> parts = communicator.gather(writer.bytes());
  RankValues all;
  if (!communicator.is_root()) return all;

  std::vector<RankValues> of_rank;
  for (const std::string& bytes : parts) {
    RankValues& rank = of_rank.emplace_back();
    ByteReader reader(bytes);
    reader.get(rank.row_of_image);
    reader.get(rank.rows.values);
    rank.rows.n_values = own.rows.n_values;
  }
  all.rows.n_values = own.rows.n_values;
  all.row_of_image.assign(static_cast<std::size_t>(n_images), -1);
  for (std::size_t image = 0; image < all.row_of_image.size(); ++image) {
    for (const RankValues& rank : of_rank) {
      const std::int64_t row = rank.row_of_image[image];
      if (row < 0) continue;
      all.row_of_image[image] = all.rows.n_rows();
      all.rows.append(rank.rows.row(row));
    }
  }
  return all;
}

}  // namespace csm
