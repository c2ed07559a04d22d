#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/store/checkpoint_file.h"
#include "file_size_limit.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class CheckpointFileTest : public TemporaryFolder {
 protected:
  std::filesystem::path commit(CheckpointName name, const std::string& bytes) const {
    const std::filesystem::path path = checkpoint_path(folder_ / "checkpoints", name);
    CheckpointWriter writer(path);
    writer.put(bytes.substr(0, bytes.size() / 3));
    writer.put(bytes.substr(bytes.size() / 3));
    writer.commit();
    return path;
  }
};

std::string reason_of_damage(const std::filesystem::path& path) {
  try {
    read_checkpoint(path);
  } catch (const DamagedCheckpoint& damage) {
    return damage.what();
  }
  return "";
}

TEST_F(CheckpointFileTest, gives_its_bytes_back) {
  const std::string bytes("a\0b\nc", 5);
  EXPECT_EQ(read_checkpoint(commit({1, 0, 1}, bytes)), bytes);
  EXPECT_EQ(read_checkpoint(commit({1, 0, 2}, "")), "");
}

TEST_F(CheckpointFileTest, ends_with_the_hash_of_all_before_it) {
  const std::string bytes = read(commit({1, 0, 1}, "state"));
  ASSERT_GT(bytes.size(), 64U);
  EXPECT_THAT(bytes, testing::StartsWith("CSM checkpoint\n"));
  EXPECT_EQ(bytes.substr(bytes.size() - 64), sha256(bytes.substr(0, bytes.size() - 64)));
}

TEST_F(CheckpointFileTest, is_found_by_its_numbers_in_ascending_order) {
  for (const CheckpointName name : {CheckpointName{2, 0, 1}, {1, 10, 1}, {1, 9, 10}, {1, 9, 9}})
    commit(name, "x");
  write("checkpoints/1-2.checkpoint", "");
  write("checkpoints/1-2-3-4.checkpoint", "");
  write("checkpoints/-1-2-3.checkpoint", "");
  write("checkpoints/1-2-3.checkpoint.partial", "");
  write("checkpoints/1-0.cis", "");
  EXPECT_THAT(list_checkpoints(folder_ / "checkpoints"),
              ElementsAre(CheckpointName{1, 9, 9}, CheckpointName{1, 9, 10},
                          CheckpointName{1, 10, 1}, CheckpointName{2, 0, 1}));
  EXPECT_THAT(list_checkpoints(folder_ / "none"), ElementsAre());
}

TEST_F(CheckpointFileTest, every_cut_and_every_flipped_bit_is_found) {
  const std::filesystem::path path = commit({1, 0, 1}, "some state");
  const std::string whole = read(path);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    write("checkpoints/cut", whole.substr(0, n));
    EXPECT_NE(reason_of_damage(folder_ / "checkpoints/cut"), "") << n << " bytes";
    std::string flipped = whole;
    flipped[n] = static_cast<char>(flipped[n] ^ 0x10);
    write("checkpoints/flipped", flipped);
    EXPECT_NE(reason_of_damage(folder_ / "checkpoints/flipped"), "") << "byte " << n;
  }
  write("checkpoints/longer", whole + "x");
  EXPECT_THAT(reason_of_damage(folder_ / "checkpoints/longer"), HasSubstr("checksum"));
  EXPECT_EQ(reason_of_damage(path), "");
}

TEST_F(CheckpointFileTest, another_version_is_named_as_such) {
  std::string bytes = read(commit({1, 0, 1}, "state"));
  bytes[15] = 7;
  EXPECT_THAT(reason_of_damage(write("other", bytes)), HasSubstr("another version"));
}

TEST_F(CheckpointFileTest, a_missing_file_is_damage) {
  EXPECT_THAT(reason_of_damage(folder_ / "none"), HasSubstr("cannot be read"));
}

TEST_F(CheckpointFileTest, without_commit_nothing_stays) {
  { CheckpointWriter(checkpoint_path(folder_, {1, 0, 1})).put("state"); }
  EXPECT_EQ(n_files(), 0);
}

TEST_F(CheckpointFileTest, a_full_disk_is_an_error_that_leaves_the_older_one_alone) {
  const std::filesystem::path old = commit({1, 0, 1}, "old");
  const std::filesystem::path path = checkpoint_path(folder_ / "checkpoints", {1, 0, 2});
  {
    const FileSizeLimit limit(1000);
    try {
      CheckpointWriter writer(path);
      writer.put(std::string(2000, 'x'));
      writer.commit();
      FAIL() << "2,000 bytes do not fit";
    } catch (const RunError& error) {
      EXPECT_THAT(error.what(),
                  AllOf(HasSubstr("'" + path.string() + "'"), HasSubstr("File too large")));
    }
  }
  EXPECT_EQ(read_checkpoint(old), "old");
  EXPECT_THAT(list_checkpoints(folder_ / "checkpoints"), ElementsAre(CheckpointName{1, 0, 1}));
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".partial"));
}

}  // namespace
}  // namespace csm::test
