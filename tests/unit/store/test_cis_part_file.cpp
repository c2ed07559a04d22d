#include <gmock/gmock.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <vector>

#include "csm/core/error.h"
#include "csm/store/cis_part_file.h"
#include "synthetic_result.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

class CisPartFileTest : public TemporaryFolder {
 protected:
  /// The maps of 5 x 5 in the bytes of a part file, read by its description alone.
  static std::map<std::int64_t, std::vector<float>> maps_in(const std::string& bytes) {
    std::map<std::int64_t, std::vector<float>> maps;
    for (std::size_t at = 0; at < bytes.size();) {
      std::int64_t order = 0;
      std::int64_t n_bytes = 0;
      std::memcpy(&order, bytes.data() + at, 8);
      std::memcpy(&n_bytes, bytes.data() + at + 8, 8);
      std::vector<unsigned char> planes(100);
      uLongf n_planes = planes.size();
      EXPECT_EQ(uncompress(planes.data(), &n_planes,
                           reinterpret_cast<const Bytef*>(bytes.data() + at + 16),
                           static_cast<uLong>(n_bytes)),
                Z_OK);
      EXPECT_EQ(n_planes, 100U);
      std::vector<float>& map = maps[order];
      for (std::size_t i = 0; i < 25; ++i) {
        const std::array<unsigned char, 4> pixel{planes[i], planes[25 + i], planes[50 + i],
                                                 planes[75 + i]};
        map.push_back(std::bit_cast<float>(pixel));
      }
      at += 16 + static_cast<std::size_t>(n_bytes);
    }
    return maps;
  }
};

TEST_F(CisPartFileTest, what_was_appended_is_on_disk_before_the_file_is_closed) {
  CisPartFile part(folder_ / "0.part", 5);
  const Grid<float> fourth = synthetic_map(5, 5, 4, 0).mean;
  const Grid<float> first = synthetic_map(5, 5, 1, 0).mean;
  part.append(4, fourth);
  part.append(1, first);
  EXPECT_THAT(
      maps_in(read(folder_ / "0.part")),
      testing::ElementsAre(testing::Pair(1, first.values()), testing::Pair(4, fourth.values())));
}

TEST_F(CisPartFileTest, sync_says_how_far_the_file_counts) {
  CisPartFile part(folder_ / "new/0.part", 5);
  EXPECT_EQ(part.sync().n_bytes, 0);
  part.append(0, Grid<float>(5, 5));
  const CisPart counted = part.sync();
  EXPECT_EQ(counted.path, folder_ / "new/0.part");
  EXPECT_EQ(counted.n_bytes, static_cast<std::int64_t>(std::filesystem::file_size(counted.path)));
  part.append(1, Grid<float>(5, 5));
  EXPECT_GT(part.sync().n_bytes, counted.n_bytes);
}

TEST_F(CisPartFileTest, an_old_part_file_is_replaced) {
  write("0.part", "rubbish");
  CisPartFile part(folder_ / "0.part", 5);
  part.append(8, Grid<float>(5, 5));
  EXPECT_EQ(maps_in(read(folder_ / "0.part")).count(8), 1U);
}

TEST_F(CisPartFileTest, a_file_in_place_of_the_folder_is_an_error) {
  write("no", "");
  try {
    CisPartFile part(folder_ / "no/0.part", 5);
    FAIL() << "the folder cannot be made";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("Not a directory"));
  }
}

TEST_F(CisPartFileTest, a_map_of_another_shape_is_our_own_mistake) {
  CisPartFile part(folder_ / "0.part", 5);
  EXPECT_THROW(part.append(0, Grid<float>(5, 4)), ContractError);
  EXPECT_THROW(part.append(0, Grid<float>(4, 5)), ContractError);
}

}  // namespace
}  // namespace csm::test
