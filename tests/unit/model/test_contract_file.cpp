#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract_file.h"
#include "csm/core/error.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ReadContract, takes_the_one_beside_the_model_if_none_is_inside) {
  const TemporaryFolder folder;
  folder.write("m.contract.json", test::classifier_contract(2, 3));
  const ContractText read = read_contract(folder.path() / "m.pt", "", "");
  EXPECT_EQ(read.contract.input.width, 3);
  EXPECT_EQ(read.json, test::classifier_contract(2, 3));
}

TEST(ReadContract, takes_either_if_both_say_the_same) {
  const TemporaryFolder folder;
  folder.write("m.contract.json", "\n " + test::classifier_contract(2, 3) + "\n");
  EXPECT_EQ(read_contract(folder.path() / "m.pt", test::classifier_contract(2, 3), "")
                .contract.input.height,
            2);
}

TEST(ReadContract, refuses_two_that_differ) {
  const TemporaryFolder folder;
  folder.write("m.contract.json", test::classifier_contract(4, 3));
  const std::string message = test::message_of<InputError>(
      [&] { read_contract(folder.path() / "m.pt", test::classifier_contract(2, 3), ""); });
  EXPECT_THAT(message, AllOf(HasSubstr("m.contract.json"), HasSubstr("differ")));
}

TEST(ReadContract, says_where_it_looked_if_there_is_none) {
  const TemporaryFolder folder;
  const std::string message = test::message_of<InputError>(
      [&] { read_contract(folder.path() / "m.pt", "", "Write one."); });
  EXPECT_THAT(message,
              AllOf(HasSubstr("holds no contract.json"),
                    HasSubstr("'m.contract.json' is not beside it"), HasSubstr("Write one.")));
}

TEST(ReadContract, names_the_file_that_a_wrong_field_stands_in) {
  const TemporaryFolder folder;
  folder.write("m.contract.json", "{\"csm_contract\": 1}");
  const std::string message =
      test::message_of<InputError>([&] { read_contract(folder.path() / "m.pt", "", ""); });
  EXPECT_THAT(message, HasSubstr("m.contract.json"));
}

}  // namespace
}  // namespace csm
