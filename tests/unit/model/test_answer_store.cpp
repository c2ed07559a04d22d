#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "answer_store.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

const std::string identity(64, 'a');
const AnswerKey first = answer_key("first", 0);
const AnswerKey second = answer_key("second", 0);

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  return files;
}

void keep(const std::filesystem::path& folder, const AnswerKey& key, std::vector<float> answer,
          const std::string& of = identity) {
  AnswerStore store(folder, of, answer.size());
  store.add(key, answer);
  store.flush();
}

TEST(AnswerStore, gives_back_what_it_was_given_before_and_after_it_is_written) {
  const test::TemporaryFolder folder;
  AnswerStore store(folder.path() / "new", identity, 2);
  EXPECT_EQ(store.find(first), std::nullopt);
  store.add(first, std::vector<float>{1, 2});
  EXPECT_THAT(store.find(first), Optional(ElementsAre(1, 2)));
  store.flush();
  store.add(second, std::vector<float>{3, 4});
  store.flush();
  EXPECT_THAT(store.find(first), Optional(ElementsAre(1, 2)));
  EXPECT_THAT(store.find(second), Optional(ElementsAre(3, 4)));
}

TEST(AnswerStore, reads_what_others_have_kept) {
  const test::TemporaryFolder folder;
  keep(folder.path(), first, {1, 2});
  keep(folder.path(), second, {3, std::numeric_limits<float>::quiet_NaN()});
  const AnswerStore store(folder.path(), identity, 2);
  EXPECT_EQ(store.n_answers(), 2);
  EXPECT_THAT(store.find(first), Optional(ElementsAre(1, 2)));
  EXPECT_TRUE(std::isnan((*store.find(second))[1]));
}

TEST(AnswerStore, drops_a_record_that_was_cut_off_and_one_that_is_damaged) {
  const test::TemporaryFolder folder;
  {
    AnswerStore store(folder.path(), identity, 2);
    store.add(first, std::vector<float>{1, 2});
    store.add(second, std::vector<float>{3, 4});
    store.flush();
  }
  const std::filesystem::path file = files_of(folder.path()).at(0);
  const std::uintmax_t size = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, size - 1);
  EXPECT_EQ(AnswerStore(folder.path(), identity, 2).n_answers(), 1);

  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(-60, std::ios::end);  // in the first record
  stream.put('x');
  stream.close();
  EXPECT_EQ(AnswerStore(folder.path(), identity, 2).n_answers(), 0);
}

TEST(AnswerStore, of_another_model_or_contract_does_not_count) {
  const test::TemporaryFolder folder;
  keep(folder.path(), first, {1, 2});
  const std::string of_same_file_name = std::string(16, 'a') + std::string(48, 'b');
  EXPECT_EQ(AnswerStore(folder.path(), of_same_file_name, 2).n_answers(), 0);
  EXPECT_EQ(AnswerStore(folder.path(), identity, 3).n_answers(), 0);
  EXPECT_EQ(AnswerStore(folder.path(), std::string(64, 'c'), 2).n_answers(), 0);
}

TEST(AnswerKey, differs_by_asking_and_by_bytes) {
  EXPECT_NE(answer_key("a", 0), answer_key("a", 1));
  EXPECT_NE(answer_key("a", 0), answer_key("b", 0));
  EXPECT_EQ(answer_key("a", 0), answer_key("a", 0));
}

}  // namespace
}  // namespace csm
