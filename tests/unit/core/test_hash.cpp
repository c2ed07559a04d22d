#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "csm/core/error.h"
#include "csm/core/hash.h"

namespace csm::test {
namespace {

TEST(HashTest, has_the_values_of_the_standard) {
  // [FIPS 180-4], NIST example values.
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HashTest, a_files_hash_is_that_of_its_bytes_beyond_one_block_too) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "csm_test_hash";
  const std::string bytes(3'000'001, '\0');
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(sha256_of_file(path), sha256(bytes));
  std::filesystem::remove(path);
}

TEST(HashTest, a_missing_file_is_an_input_error) {
  EXPECT_THROW(sha256_of_file("/nonexistent"), InputError);
}

}  // namespace
}  // namespace csm::test
